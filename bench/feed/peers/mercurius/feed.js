// What the three ways of serving share: SQL, ids, cursors, the shape of an item.
import Database from 'better-sqlite3'

const database = new Database(process.env.BENCH_DATABASE, { readonly: true })
const pictures = process.env.BENCH_PICTURES

const PUBLIC = `c.live AND EXISTS (
  SELECT 1 FROM content_contentitem_audience a JOIN regions_division d ON d.code = a.division_id
  WHERE a.contentitem_id = c.id AND d.level = 1)`
const ORDER = 'ORDER BY c.first_published_at DESC, c.id DESC LIMIT ?'

const items = database.prepare(`
  SELECT c.id, c.title, c.summary, c.first_published_at, c.cover_id
  FROM content_contentitem c WHERE ${PUBLIC} ${ORDER}`)
const itemsWithCovers = database.prepare(`
  SELECT c.id, c.title, c.summary, c.first_published_at, r.key, r.width, r.height
  FROM content_contentitem c LEFT JOIN media_rendition r ON r.media_id = c.cover_id
  WHERE ${PUBLIC} ${ORDER}`)
const renditions = database.prepare(`
  SELECT media_id, key, width, height FROM media_rendition
  WHERE media_id IN (SELECT value FROM json_each(?))`)
const cited = database.prepare(`
  SELECT q.content_id, a.label, l.short_name
  FROM content_contentcitation q JOIN statutes_article a ON a.id = q.article_id
  JOIN statutes_lawversion v ON v.id = a.version_id JOIN statutes_law l ON l.id = v.law_id
  WHERE q.content_id IN (SELECT value FROM json_each(?)) ORDER BY q.position`).raw() // arrays: a third faster

const iso = stored => `${stored.replace(' ', 'T')}+00:00`
const base64 = (text, alphabet) => Buffer.from(text).toString(alphabet)

function connection (rows, first, node) {
  const edges = rows.slice(0, first).map(row => {
    const publishedAt = iso(row.first_published_at)
    const cursor = base64(JSON.stringify(['ContentItemConnection', publishedAt, row.id]), 'base64url')
    return { cursor, node: node(row, publishedAt) }
  })
  const endCursor = edges.length ? edges[edges.length - 1].cursor : null
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor } }
}

const plain = (row, publishedAt) => ({
  key: row.id,
  coverId: row.cover_id,
  id: base64(`ContentItem:${row.id}`, 'base64'),
  title: row.title,
  summary: row.summary,
  publishedAt
})

const picture = row => ({ url: `${pictures}/${row.key}`, width: row.width, height: row.height })

function citationsOf (keys) {
  const found = new Map(keys.map(key => [key, []]))
  for (const [key, label, shortName] of cited.all(JSON.stringify(keys))) {
    found.get(key).push({ quote: `《${shortName}》${label}`, article: { label, law: { shortName } } })
  }
  return found
}

export const byLoaders = {
  resolvers: {
    Query: { feed: (_, { first }) => connection(items.all(first + 1), first, plain) }
  },
  loaders: {
    ContentItem: {
      async cover (queries) {
        const wanted = queries.map(({ obj }) => obj.coverId)
        const found = new Map(renditions.all(JSON.stringify(wanted)).map(row => [row.media_id, picture(row)]))
        return wanted.map(id => found.get(id) ?? null)
      },
      async citations (queries) {
        const keys = queries.map(({ obj }) => obj.key)
        const found = citationsOf(keys)
        return keys.map(key => found.get(key))
      }
    }
  }
}

export const byJoin = {
  resolvers: {
    Query: {
      feed (_, { first }) {
        const rows = itemsWithCovers.all(first + 1)
        const found = citationsOf(rows.slice(0, first).map(row => row.id))
        return connection(rows, first, (row, publishedAt) => ({
          ...plain(row, publishedAt),
          cover: row.key ? picture(row) : null,
          citations: found.get(row.id)
        }))
      }
    }
  }
}
