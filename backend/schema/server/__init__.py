"""The transport: GraphQL over HTTP and over websockets. It executes a schema and knows no domain."""
