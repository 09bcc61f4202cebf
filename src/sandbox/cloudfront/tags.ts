import type { z } from 'zod'
import { type Tags, tags as tagsSchema } from './distribution-config.ts'
import { readBody } from './document.ts'
import { ApiError } from './errors.ts'
import { type Call, find, type Route } from './route.ts'
import { items, list, structure, text } from './schema.ts'
import type { Distribution } from './state.ts'

const limit = 50
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** `present` with `added`, a later one over an earlier. Throws InvalidTagging: a bad key or value, or above 50. */
export function checkTags(present: Readonly<Record<string, string>>, added: Tags): Record<string, string> {
  const result = new Map(Object.entries(present))
  for (const { Key, Value } of items(added)) {
    if (Key === '' || Key.startsWith('aws:') || !characters.test(Key) || !characters.test(Value))
      throw new ApiError('InvalidTagging', `The tag ${Key} is not valid.`)
    result.set(Key, Value)
  }
  if (result.size > limit) throw new ApiError('InvalidTagging', `A resource can have at most ${limit} tags.`)
  return Object.fromEntries(result)
}

const tagKeys = structure({ Items: list('Key', text(128)).optional() }) satisfies z.ZodType

function tagged({ account, query }: Call): Distribution {
  const arn = query.get('Resource') ?? ''
  const prefix = `arn:aws:cloudfront::${account.id}:distribution/`
  if (!arn.startsWith(prefix))
    throw new ApiError('InvalidArgument', `The ARN ${arn} is not that of a distribution.`)
  return find(account.state.distributions, arn.slice(prefix.length), 'NoSuchResource')
}

export const tagRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/tagging',
    query: 'Operation=Tag',
    run(call) {
      const distribution = tagged(call)
      distribution.tags = checkTags(distribution.tags, readBody(call.body, 'Tags', tagsSchema))
      return { status: 204 }
    },
  },
  {
    method: 'POST',
    path: '/tagging',
    query: 'Operation=Untag',
    run(call) {
      const distribution = tagged(call)
      const keys = new Set(items(readBody(call.body, 'TagKeys', tagKeys)))
      distribution.tags = Object.fromEntries(
        Object.entries(distribution.tags).filter(([key]) => !keys.has(key)),
      )
      return { status: 204 }
    },
  },
  {
    method: 'GET',
    path: '/tagging',
    run(call) {
      const entries = Object.entries(tagged(call).tags)
      const Tag = entries.map(([Key, Value]) => ({ Key, Value }))
      return { status: 200, body: ['Tags', { Items: Tag.length === 0 ? '' : { Tag } }] }
    },
  },
]
