import { storage } from '../../registry-config/schema/storage.ts'
import { knows } from '../../registry-config/schema/type.ts'
import { withStorage } from '../example.ts'
import { meant } from '../look.ts'
import { key, type Rule, refusal } from '../rule.ts'

export const unknownDriver: Rule = {
  id: 'unknown-driver',
  summary: 'the release has no storage driver of that name',
  severity: 'error',
  why: 'Driver names are built in and their case matters. 3.0 removed oss and swift.',
  examples: [
    { bad: withStorage('S3: {bucket: my-registry, region: eu-west-1}'), good: withStorage('inmemory: {}') },
  ],
  *check({ effective, release }) {
    const driver = effective.storage?.driver
    if (driver === undefined) return
    const drivers = storage
      .filter((section) => !section.reserved && knows(release, section))
      .map(({ name }) => name)
    if (drivers.includes(driver)) return
    const gone = storage.find(({ name, until }) => name === driver && until !== undefined)
    const close = meant(driver, drivers)
    const text =
      gone !== undefined
        ? `${driver} was removed in ${gone.until}. ${release} has ${drivers.join(', ')}.`
        : `${close === undefined ? '' : `Did you mean ${close}? `}${release} has ${drivers.join(', ')}.`
    yield refusal(key('storage', driver), `StorageDriver not registered: ${driver}`, { remedy: { text } })
  },
}
