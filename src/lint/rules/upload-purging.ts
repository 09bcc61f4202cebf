import { parseDuration } from '../../registry-config/duration.ts'
import type { Value } from '../../registry-config/value.ts'
import { withStorage } from '../example.ts'
import { valueAt } from '../look.ts'
import { type Rule, refusal, value } from '../rule.ts'

const whole = 'uploadpurging: {enabled: true, age: 168h, interval: 24h, dryrun: false}'

export const uploadPurging: Rule = {
  id: 'upload-purging',
  summary: 'maintenance.uploadpurging is not complete',
  severity: 'error',
  why: 'As soon as the section is there it must have age, interval and dryrun, unless enabled is false: the defaults are for the whole section. Go has no unit for days.',
  examples: [
    {
      bad: withStorage('inmemory: {}\nmaintenance:\n  uploadpurging:\n    enabled: true'),
      good: withStorage(`inmemory: {}\nmaintenance:\n  ${whole}`),
    },
    {
      bad: withStorage(
        'inmemory: {}\nmaintenance:\n  uploadpurging: {age: 7d, interval: 24h, dryrun: false}',
      ),
      good: withStorage('inmemory: {}\nmaintenance:\n  uploadpurging: {enabled: false}'),
    },
  ],
  *check({ effective }) {
    const at = ['storage', 'maintenance', 'uploadpurging']
    const section = valueAt(effective, ...at)
    if (section === undefined) return
    const remedy = { text: `Write the whole section: ${whole}.` }
    if (section.kind !== 'map' || section.keys !== 'any') {
      yield refusal(value(...at), 'uploadpurging config key must contain additional keys', { remedy })
      return
    }
    const get = (name: string) => section.entries.get(name)?.value
    if (isSwitch(get('enabled'), false)) return
    for (const [name, called] of [
      ['age', 'duration'],
      ['interval', 'interval'],
    ] as const) {
      const problem = problemOf(get(name), name, called)
      if (problem !== undefined) {
        yield refusal(value(...at, name), `Unable to parse upload purge configuration: ${problem}`, {
          remedy,
        })
      }
    }
    const dryRun = get('dryrun')
    if (isSwitch(dryRun, true) || isSwitch(dryRun, false)) return
    const problem = dryRun === undefined ? 'dryrun missing' : 'cannot parse dryrun'
    yield refusal(value(...at, 'dryrun'), `Unable to parse upload purge configuration: ${problem}`, {
      remedy,
    })
  },
}

function isSwitch(value: Value | undefined, wanted: boolean): boolean {
  return value?.kind === 'scalar' && value.value === wanted
}

function problemOf(value: Value | undefined, name: string, called: string): string | undefined {
  if (value === undefined) return `${name} missing`
  if (value.kind !== 'scalar' || value.type !== 'string') return `${name} is not a string`
  const read = parseDuration(String(value.value))
  return 'error' in read ? `Cannot parse ${called}: ${read.error}` : undefined
}
