import { meant } from '../look.ts'
import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const oneDriver: Rule = {
  id: 'one-driver',
  summary: 'storage has no driver, or more than one',
  severity: 'error',
  why: 'Every key of storage that is not a reserved section counts as a driver, a misspelt section too, and there must be exactly one.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  inmemory: {}\n  redirects: {disable: true}\n',
      good: 'version: 0.1\nstorage:\n  inmemory: {}\n  redirect: {disable: true}\n',
    },
  ],
  check: (input) =>
    refusals(input, 'one-driver', ({ where, message }) => {
      if (where.kind === 'variable') {
        return 'The file, or the image’s own default, names another driver. Replace the whole section: REGISTRY_STORAGE=s3, then the parameters one by one.'
      }
      if (message.startsWith('no storage')) return 'Add a section storage with one driver in it.'
      const reserved = ['delete', 'redirect', 'cache', 'maintenance', 'tag']
      const wrong = (/\[(.*)\]/.exec(message)?.[1] ?? '')
        .split(' ')
        .find((name) => meant(name, reserved) !== undefined)
      const close = wrong === undefined ? undefined : meant(wrong, reserved)
      if (wrong === 'tag') return 'The section tag came with 3.0; remove it.'
      return close === undefined
        ? 'Keep one driver. Everything under storage that is no reserved section counts as one.'
        : `Did you mean ${close} by ${wrong}? As it stands it counts as a driver.`
    }),
}
