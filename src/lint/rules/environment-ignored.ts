import { lineOf, majorOf, type Release } from '../../registry-config/releases.ts'
import { configuration } from '../../registry-config/schema/configuration.ts'
import { type Key, knows } from '../../registry-config/schema/type.ts'
import { plainConfig, withCloudFront } from '../example.ts'
import { meant } from '../look.ts'
import type { Rule } from '../rule.ts'

export const environmentIgnored: Rule = {
  id: 'environment-ignored',
  summary: 'a variable changes nothing',
  severity: 'warning',
  why: 'A variable reaches a key only by the exact names of the sections, split at each underscore. What reaches nothing is dropped, with a line in the log or without. Lists cannot be reached in 2.x, and sections below parameters of the file never.',
  examples: [
    {
      bad: plainConfig(''),
      good: plainConfig(''),
      environment: { REGISTRY_HTTP_ADDRESS: ':5000' },
      goodEnvironment: { REGISTRY_HTTP_ADDR: ':5000' },
    },
    {
      release: '2.8.3',
      bad: withCloudFront(''),
      good: withCloudFront(''),
      environment: { REGISTRY_MIDDLEWARE_STORAGE_0_OPTIONS_DURATION: '10m' },
      goodEnvironment: {},
    },
  ],
  *check({ effective, release }) {
    for (const dropped of effective.dropped) {
      if (dropped.kind !== 'variable' || dropped.where.kind !== 'variable') continue
      const { name } = dropped.where
      if (name === 'REGISTRY_CONFIGURATION_PATH') continue
      const link = isServiceLink(name)
      yield {
        at: dropped.where,
        severity: link ? 'note' : 'warning',
        message: `${name} has no effect: ${dropped.reason}`,
        remedy: {
          text: link
            ? 'Kubernetes sets it for a service; enableServiceLinks: false ends that.'
            : cure(name, release),
        },
      }
    }
  },
}

/** Whether Kubernetes makes a variable of that name for a service. */
export function isServiceLink(name: string): boolean {
  return /_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)$/.test(name)
}

function cure(name: string, release: Release): string {
  const parts = name.split('_').slice(1)
  if (name.startsWith('REGISTRY_MIDDLEWARE_')) {
    return "Set the whole list: REGISTRY_MIDDLEWARE_STORAGE='[{name: cloudfront, options: {…}}]'."
  }
  if (name.startsWith('REGISTRY_STORAGE_MAINTENANCE_')) {
    const section = parts[2] ?? 'READONLY'
    const example =
      section === 'UPLOADPURGING'
        ? '{enabled: true, age: 168h, interval: 24h, dryrun: false}'
        : '{enabled: true}'
    return `Set the whole section: REGISTRY_STORAGE_MAINTENANCE_${section}='${example}'.`
  }
  if (name.startsWith('REGISTRY_REDIS_') && lineOf(release) === '3.0')
    return `In 3.0 it is REGISTRY_REDIS_OPTIONS_${parts.slice(1).join('_')}.`
  if (/_\d+$/.test(name)) return `Set the whole list: ${name.replace(/_\d+$/, '')}='[…]'.`
  if (/_\d+(_|$)/.test(name) && majorOf(release) === 2)
    return `Set the whole list: ${name.replace(/_\d+(_.*)?$/, '')}='[…]'.`
  const close = closest(parts, release)
  return close === undefined ? 'Remove it, or correct its name.' : `Did you mean REGISTRY_${close}?`
}

/** The name of the key that `parts` were meant for: the same path, but for one part or its underscores. */
function closest(parts: readonly string[], release: Release): string | undefined {
  const found: string[] = []
  let keys: readonly Key[] = configuration
  for (const [index, part] of parts.entries()) {
    const names = keys
      .filter((key) => knows(release, key))
      .map((key) => key.variable ?? key.name.toUpperCase())
    const joined = names.find((name) => name === parts.slice(index).join(''))
    const name = names.find((candidate) => candidate === part) ?? joined ?? meant(part, names)?.toUpperCase()
    if (name === undefined) return undefined
    found.push(name)
    const type = keys.find((key) => (key.variable ?? key.name.toUpperCase()) === name)?.type
    if (joined === name && joined !== part) return found.join('_')
    if (type?.kind !== 'struct') return [...found, ...parts.slice(index + 1)].join('_')
    keys = type.keys
  }
  return found.join('_')
}
