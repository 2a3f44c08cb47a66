// node server.js PORT loaders|loaders-jit|join-jit
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { byJoin, byLoaders } from './feed.js'

const schema = `
  type Query { feed(first: Int = 20): ContentItemConnection }
  type ContentItemConnection { edges: [ContentItemEdge]!, pageInfo: PageInfo! }
  type ContentItemEdge { cursor: String!, node: ContentItem }
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  type ContentItem {
    id: ID!, title: String!, summary: String!, publishedAt: String!, cover: Picture, citations: [Citation!]!
  }
  type Picture { url: String!, width: Int!, height: Int! }
  type Citation { quote: String!, article: Article! }
  type Article { label: String!, law: LawName! }
  type LawName { shortName: String! }
`

const [port, way] = process.argv.slice(2)
const app = Fastify()
const served = way === 'join-jit' ? byJoin : byLoaders
app.register(mercurius, { schema, ...served, ...(way.endsWith('jit') ? { jit: 1 } : {}) })
await app.listen({ port: Number(port), host: '127.0.0.1' })
