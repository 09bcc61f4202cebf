import type { EffectiveConfig } from '../../registry-config/effective.ts'
import { keysAt, parameterMaps, sectionsWith } from '../../registry-config/known.ts'
import { type Path, pathText, type Where } from '../../registry-config/problem.ts'
import { before, lineOf } from '../../registry-config/releases.ts'
import { knows } from '../../registry-config/schema/type.ts'
import { at } from '../../registry-config/value.ts'
import { withS3, withStorage } from '../example.ts'
import { meant } from '../look.ts'
import { type Complaint, type LintInput, type Rule, replaced } from '../rule.ts'

export const unknownKey: Rule = {
  id: 'unknown-key',
  summary: 'the release does not know a key and ignores it',
  severity: 'warning',
  why: 'The registry never complains of a key that it does not know: a typo, the wrong case, an option of a newer or older release, a key one level too high. The setting simply has no effect.',
  examples: [
    { bad: withS3('forcePathStyle: true'), good: withS3('forcepathstyle: true') },
    { release: '2.8.3', bad: withS3('forcepathstyle: true'), good: withS3('') },
    {
      bad: withStorage('inmemory: {}', 'http: {adress: ":5000", addr: ":5000", secret: s}\n'),
      good: withStorage('inmemory: {}'),
    },
  ],
  *check(input) {
    for (const dropped of input.effective.dropped) {
      if (dropped.kind === 'unknown') yield complain(input, dropped.path, dropped.where)
    }
    for (const [path, map] of parameterMaps(input.effective)) {
      const known = keysAt(input.effective, path)
      if (known === undefined) continue
      for (const [name, entry] of map.entries) {
        if (known.some((key) => key.name === name && knows(input.release, key))) continue
        const { origin } = entry.value
        const where: Where =
          origin.from === 'variable'
            ? { kind: 'variable', name: origin.name }
            : entry.key === undefined
              ? { kind: 'file' }
              : { kind: 'node', node: entry.key }
        yield complain(input, [...path, String(name)], where)
      }
    }
  },
}

/** Names that people bring from elsewhere, and what to write instead. */
const elsewhere = new Map(
  Object.entries({
    endpoint: 'The endpoint is regionendpoint.',
    endpointurl: 'The endpoint is regionendpoint.',
    prefix: 'The prefix of the keys is rootdirectory.',
    path: 'The prefix of the keys is rootdirectory.',
    storage_path: 'The prefix of the keys is rootdirectory.',
    sessiontoken: 'There is no session token: temporary keys work through the environment or a role only.',
    objectownership: 'There is no such option in any release; set objectacl: bucket-owner-full-control.',
    multipartcombinesmallpart: 'It was in unreleased builds only; 3.x makes parts of equal size by itself.',
    s3accelerate: 'It was in unreleased builds only; from 3.0 on it is accelerate.',
    pathstyle: 'It is forcepathstyle, from 3.0 on; 2.x uses path style with any regionendpoint.',
    usessl: 'It is secure.',
    ssl: 'It is secure.',
    insecure: 'To leave certificates unchecked, set skipverify.',
    kmskeyid: 'The KMS key is keyid, together with encrypt: true.',
    expires: 'The lifetime of a signed URL is duration.',
    ttl: 'The lifetime of a signed URL is duration.',
  }),
)

/** What took the place of keys that were removed. */
const successors: Readonly<Record<string, string>> = {
  'redis.addr': 'In 3.x it is the list addrs.',
  'redis.pool': 'In 3.x maxactive is poolsize, maxidle is maxidleconns, and idletimeout is connmaxidletime.',
  'redis.tls.clientcas': 'From 3.1 on it is rootcas.',
}

/** Keys of the registry that Harbor builds for itself. */
const harbor = new Set([
  'redis.enableTLS',
  'redis.sentinelMasterSet',
  'redis.enabletls',
  'redis.sentinelmasterset',
])

function complain(input: LintInput, path: Path, where: Where): Complaint {
  const { effective, release } = input
  const name = String(path.at(-1))
  const section = path.slice(0, -1)
  const known = keysAt(effective, section) ?? []
  const same = known.find((key) => key.name === name)
  const what = `${lineOf(release) === 'main' ? 'main' : release} ignores ${pathText(path)}`
  if (same?.since !== undefined && before(release, same.since)) {
    return {
      at: where,
      message: `${what}: the key came with ${same.since}`,
      remedy: { text: `Remove it, or use ${same.since} or newer.` },
    }
  }
  if (same?.until !== undefined) {
    return {
      at: where,
      message: `${what}: the key was removed in ${same.until}`,
      remedy: { text: successors[pathText(path)] ?? 'Remove it.' },
      ...redisFix(input, path, where),
    }
  }
  const here = known.filter((key) => knows(release, key)).map((key) => key.name)
  // A variable's name is split at each underscore: ..._ACCESS_KEY makes a section `access` with `key` in it.
  const joined =
    where.kind === 'variable'
      ? where.name
          .split('_')
          .slice(section.length + 1)
          .join('')
          .toLowerCase()
      : ''
  if (harbor.has(pathText(path))) {
    return {
      at: where,
      severity: 'note',
      message: `${what}: only Harbor’s own build reads it`,
      remedy: { text: 'Leave it to Harbor, or remove it.' },
    }
  }
  const close = here.includes(joined) && joined !== name ? joined : meant(name, here)
  const foreign =
    section[0] === 'storage' || section[0] === 'middleware'
      ? elsewhere.get(name.toLowerCase().replaceAll('-', ''))
      : undefined
  const places = sectionsWith(name).filter((place) => place !== pathText(section))
  const text =
    close !== undefined
      ? `Did you mean ${close}?`
      : (foreign ??
        (places.length === 1
          ? `It belongs ${places[0] === '' ? 'at the top of the file' : `under ${places[0]}`}.`
          : 'Remove it, or correct its name; every key is in lower case.'))
  // Only the case is wrong, and the right key is not there: no other meaning is left.
  const certain =
    close !== undefined && close === name.toLowerCase() && !isThere(effective, [...section, close])
  return {
    at: where,
    message: `${what}: there is no such key`,
    remedy: { text },
    ...(certain && where.kind === 'node' ? replaced(where.node, close) : {}),
  }
}

function isThere(effective: EffectiveConfig, path: Path): boolean {
  return at(effective.root, ...path) !== undefined
}

/** `redis.addr` of 2.x is the one item of `redis.addrs` in 3.x. */
function redisFix({ effective, document }: LintInput, path: Path, where: Where): Pick<Complaint, 'fix'> {
  if (pathText(path) !== 'redis.addr' || where.kind !== 'node' || isThere(effective, ['redis', 'addrs']))
    return {}
  const section =
    document.root?.kind === 'map'
      ? document.root.pairs.find(({ key }) => key.kind === 'scalar' && key.text === 'redis')?.value
      : undefined
  const pair = section?.kind === 'map' ? section.pairs.find(({ key }) => key === where.node) : undefined
  if (pair?.value.kind !== 'scalar' || pair.value.text === '') return {}
  const { start, end } = pair.value
  return {
    fix: [
      { start: where.node.start, end: where.node.end, text: 'addrs' },
      { start, end, text: `[${JSON.stringify(pair.value.text)}]` },
    ],
  }
}
