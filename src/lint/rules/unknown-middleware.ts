import { middlewareOf } from '../../registry-config/effective.ts'
import { storageMiddlewares } from '../../registry-config/schema/middleware.ts'
import { knows } from '../../registry-config/schema/type.ts'
import { plainConfig } from '../example.ts'
import { meant } from '../look.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const unknownMiddleware: Rule = {
  id: 'unknown-middleware',
  summary: 'the release has no middleware of that name',
  severity: 'error',
  why: 'Middlewares are built in: cloudfront in every release, redirect from 2.5, rewrite from 3.0, and all of them are for the storage. A repository middleware that is unknown fails every request instead.',
  examples: [
    {
      release: '2.8.3',
      bad: plainConfig('middleware: {storage: [{name: rewrite}]}'),
      good: plainConfig('middleware: {storage: []}'),
    },
    {
      bad: plainConfig('middleware: {registry: [{name: cloudfront}]}'),
      good: plainConfig('middleware: {registry: []}'),
    },
  ],
  *check({ effective, release }) {
    const known = storageMiddlewares.filter((section) => knows(release, section)).map(({ name }) => name)
    for (const { name, index } of effective.storageMiddleware) {
      if (known.includes(name)) continue
      const close = meant(name, known)
      const later = storageMiddlewares.find((section) => section.name === name)?.since
      const text = `${later === undefined ? (close === undefined ? '' : `Did you mean ${close}? `) : `It came with ${later}. `}${release} has ${known.join(', ')}.`
      const message = `unable to configure storage middleware (${name}): no storage middleware registered with name: ${name}`
      yield refusal(value('middleware', 'storage', index, 'name'), message, { remedy: { text } })
    }
    for (const list of ['registry', 'repository'] as const) {
      for (const { name, index } of middlewareOf(effective.root, list)) {
        const at = value('middleware', list, index, 'name')
        const remedy = known.includes(name)
          ? { remedy: { text: `${name} is a storage middleware: put it under middleware.storage.` } }
          : {}
        const message = `unable to configure ${list} middleware (${name}): no ${list} middleware registered with name: ${name}`
        yield list === 'registry'
          ? refusal(at, message, remedy)
          : { at, message: `every request will fail: ${message}`, ...remedy }
      }
    }
  },
}
