// The audits of npm's `graphql-http` against a server: GraphQL over HTTP, MUST, SHOULD and MAY.
//
// Argument: the address. Writes one line of JSON: [{id, name, status, reason}], status being ok, notice, warn or error.
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const results = [];
for (const audit of serverAudits({ url })) {
  const { id, name, status, reason } = await audit.fn();
  results.push({ id, name, status, reason });
}
process.stdout.write(`${JSON.stringify(results)}\n`);
