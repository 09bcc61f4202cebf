import { Failure } from '../core/errors.ts'

/**
 * The registry's releases, oldest first: every tag whose reading of a config differs from its neighbours', and
 * `main`, the untagged commits after the last one. Source: facts registry 0.
 */
export const releases = [
  '2.0.0',
  '2.0.1',
  '2.1.0',
  '2.1.1',
  '2.2.0',
  '2.2.1',
  '2.3.0',
  '2.3.1',
  '2.4.0',
  '2.4.1',
  '2.5.0',
  '2.5.1',
  '2.5.2',
  '2.6.0',
  '2.6.1',
  '2.6.2',
  '2.7.0',
  '2.7.1',
  '2.8.0',
  '2.8.1',
  '2.8.2',
  '2.8.3',
  '3.0.0',
  '3.1.0',
  '3.1.1',
  'main',
] as const

export type Release = (typeof releases)[number]

/** What a config is judged for unless the person names a release: the latest 3.x. */
export const latest: Release = '3.1.1'

const rank: ReadonlyMap<string, number> = new Map(releases.map((release, index) => [release, index]))

/** Whether `release` is `since` or newer. */
export function atLeast(release: Release, since: Release): boolean {
  return (rank.get(release) ?? 0) >= (rank.get(since) ?? 0)
}

/** Whether `release` is older than `limit`. */
export function before(release: Release, limit: Release): boolean {
  return !atLeast(release, limit)
}

/** 2 or 3; `main` is 3. */
export function majorOf(release: Release): 2 | 3 {
  return atLeast(release, '3.0.0') ? 3 : 2
}

/** The release line: `2.8` for 2.8.3; `main` is a line of its own. */
export function lineOf(release: Release): string {
  return release === 'main' ? 'main' : release.split('.').slice(0, 2).join('.')
}

/** The release lines, oldest first. */
const lines: readonly string[] = [...new Set(releases.map(lineOf))]

/** The newest release of each line, oldest line first. */
const lineHeads: readonly Release[] = releases.filter((release, index) => {
  const next = releases[index + 1]
  return next === undefined || lineOf(next) !== lineOf(release)
})

/**
 * Reads what a person writes for a release: `2.8.1`, `v2.8.1`, a line (`2.8`: its newest), a major (`3`),
 * `latest`, `main`. A later patch of a known line is read as the newest one known. Throws Failure('usage') for any other text.
 */
export function parseRelease(text: string): Release {
  const wanted = text.trim().replace(/^v(?=\d)/, '')
  if (wanted === 'latest') return latest
  const exact = releases.find((release) => release === wanted)
  if (exact !== undefined) return exact
  const line = /^(\d+\.\d+)(?:\.\d+)?$/.exec(wanted)?.[1]
  const head = lineHeads.findLast((release) =>
    line === undefined ? release !== 'main' && release.split('.')[0] === wanted : lineOf(release) === line,
  )
  if (head !== undefined) return head
  throw new Failure('usage', `"${text}" is not a registry release that regctl knows`, {
    remedy: { text: `Use a line (${lines.join(', ')}) or a release such as 2.8.3 or ${latest}.` },
  })
}
