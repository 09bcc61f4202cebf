// A bucket of 500 000 keys laid out as a registry lays them out, behind ListObjectsV2 and nothing else: prefix, delimiter,
// start-after, continuation-token, max-keys. Answers are cut from one prepared text, so that the store costs every
// client the same and little. Signatures are not looked at.
// Usage: node bench/listing-store.js [milliseconds a request]; prints its port.
import { createServer } from 'node:http'

let state = 2_463_534_242

/** Digits that look like those of a digest, the same in each run: `words` times eight. */
function hex(words) {
  let text = ''
  for (let i = 0; i < words; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    text += (state >>> 0).toString(16).padStart(8, '0')
  }
  return text
}

/** Three fifths are blobs, the rest links of 400 repositories, of which a few hold most. In byte order. */
function registryKeys(count) {
  const base = 'docker/registry/v2'
  const digest = () => hex(8)
  const made = []
  while (made.length < count * 0.6) {
    const blob = digest()
    made.push(`${base}/blobs/sha256/${blob.slice(0, 2)}/${blob}/data`)
  }
  for (let i = 0; made.length < count; i++) {
    const repository = `${base}/repositories/team-${i % 20}/app-${Math.floor(20 * ((i * 0.618034) % 1) ** 3)}`
    made.push(`${repository}/_layers/sha256/${digest()}/link`)
    if (i % 5 !== 0) continue
    const manifest = digest()
    made.push(`${repository}/_manifests/revisions/sha256/${manifest}/link`)
    made.push(`${repository}/_manifests/tags/1.${i}/current/link`)
    made.push(`${repository}/_manifests/tags/1.${i}/index/sha256/${manifest}/link`)
  }
  return [...new Set(made)].slice(0, count).sort()
}

/** The `Contents` of all keys in one buffer, and where each ends. */
function render(keys) {
  const ends = new Uint32Array(keys.length)
  const pieces = []
  let length = 0
  for (const [i, key] of keys.entries()) {
    const piece = Buffer.from(
      `<Contents><Key>${key}</Key><LastModified>2026-01-${String(1 + (i % 28)).padStart(2, '0')}T12:00:00.000Z</LastModified>` +
        `<ETag>&quot;${hex(4)}&quot;</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>` +
        `<Size>${i}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    )
    pieces.push(piece)
    length += piece.length
    ends[i] = length
  }
  return { text: Buffer.concat(pieces), ends }
}

/** The first index whose key is not before `key`, or is after it. */
function indexOf(key, after = false) {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (after ? keys[middle] <= key : keys[middle] < key) low = middle + 1
    else high = middle
  }
  return low
}

function list(query) {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const most = Math.min(1000, Number(query.get('max-keys') ?? 1000))
  const token = query.get('continuation-token')
  const after = query.get('start-after')
  let at = Math.max(indexOf(prefix), token !== null ? Number(token) : after ? indexOf(after, true) : 0)
  const end = indexOf(`${prefix}\x7f`)
  const parts = []
  const prefixes = []
  let count = 0
  for (; at < end && count < most; count += 1) {
    const cut = delimiter === '' ? -1 : keys[at].indexOf(delimiter, prefix.length)
    if (cut < 0) {
      const run = delimiter === '' ? Math.min(end, at + most - count) : at + 1
      parts.push(text.subarray(at === 0 ? 0 : ends[at - 1], ends[run - 1]))
      count += run - at - 1
      at = run
    } else {
      const common = keys[at].slice(0, cut + delimiter.length)
      if (!after?.startsWith(common))
        prefixes.push(`<CommonPrefixes><Prefix>${common}</Prefix></CommonPrefixes>`)
      else count -= 1
      at = indexOf(`${common}\x7f`)
    }
  }
  const more = at < end
  return Buffer.concat([
    Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
        `<Name>bench</Name><Prefix>${prefix}</Prefix><KeyCount>${count}</KeyCount><MaxKeys>${most}</MaxKeys>` +
        `<IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${at}</NextContinuationToken>` : ''}`,
    ),
    ...parts,
    Buffer.from(`${prefixes.join('')}</ListBucketResult>`),
  ])
}

const delay = Number(process.argv[2] ?? 0)
const keys = registryKeys(500_000)
const { text, ends } = render(keys)

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const answer = () => {
    const body = list(new URL(request.url ?? '/', 'http://store').searchParams)
    response.writeHead(200, { 'content-type': 'application/xml', 'content-length': body.length }).end(body)
  }
  request.resume()
  if (delay > 0) setTimeout(answer, delay)
  else answer()
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
