import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import { AccessDeniedError, type FileInfo } from '../storage/driver.ts'
import { keepHeapSmall } from './heap.ts'
import { ahead, type Listing, listed, type Stretch } from './s3-ahead.ts'
import { type Bucket, call, driverName, endWith } from './s3-client.ts'
import type { Listed } from './s3-keys.ts'
import { keysIn, namesIn } from './s3-page.ts'

/** One page of keys, at most 1000. `path` is for messages. Throws for a key that was not asked for: it may be anybody's. */
export async function page(
  bucket: Bucket,
  path: string,
  query: {
    readonly Prefix: string
    readonly Delimiter?: string
    readonly StartAfter?: string
    readonly ContinuationToken?: string
    readonly MaxKeys?: number
  },
  signal?: AbortSignal,
): Promise<ListObjectsV2CommandOutput> {
  const answer = await call(
    bucket,
    's3:ListBucket',
    path,
    bucket.client.send(endWith(new ListObjectsV2Command({ Bucket: bucket.Bucket, ...query }), signal)),
  )
  const keys = keysIn(answer)
  // Between two keys with a prefix, in order, stand none without it.
  const looked = keys.ascending && keys.length > 2 ? [0, keys.length - 1] : [...Array(keys.length).keys()]
  if (!looked.every((index) => keys.key(index).startsWith(query.Prefix)))
    throw new Error(`${driverName}: asked for the keys under ${query.Prefix}, the store listed others too`)
  return answer
}

/** Every page under a prefix; the next one is asked for while this one is used. */
export async function* pages(
  bucket: Bucket,
  path: string,
  query: { readonly Prefix: string; readonly Delimiter?: string; readonly StartAfter?: string },
): AsyncGenerator<ListObjectsV2CommandOutput> {
  let next: Promise<ListObjectsV2CommandOutput> | undefined = page(bucket, path, query)
  while (next !== undefined) {
    const current: ListObjectsV2CommandOutput = await next
    const token = tokenOf(path, current)
    next = token === undefined ? undefined : page(bucket, path, { ...query, ContinuationToken: token })
    // Its failure is thrown when its turn comes; a consumer that stops early never hears of it.
    next?.catch(() => undefined)
    yield current
  }
}

/** Where the listing goes on; undefined at its end. */
function tokenOf(path: string, answer: ListObjectsV2CommandOutput): string | undefined {
  if (answer.IsTruncated !== true) return undefined
  if (answer.NextContinuationToken !== undefined) return answer.NextContinuationToken
  throw new Error(`${driverName}: the store says that its listing of ${path} goes on, but not where`)
}

/** The prefix that everything under `path` has: its key and a slash, or nothing for the bucket's root. */
export function prefixOf(bucket: Bucket, path: string): string {
  const key = path === '/' ? bucket.key('/').replace(/\/$/, '') : bucket.key(path)
  return key === '' ? '' : `${key}/`
}

const component = /^[A-Za-z0-9._-]+$/

/** The direct children as paths; names that the registry cannot have are left out. `found` is whether anything is there. */
export async function children(
  bucket: Bucket,
  path: string,
): Promise<{ readonly paths: string[]; readonly found: boolean }> {
  const prefix = prefixOf(bucket, path)
  const names = new Set<string>()
  let found = false
  for await (const answer of pages(bucket, path, { Prefix: prefix, Delimiter: '/' })) {
    for (const key of [
      ...namesIn(answer),
      ...(answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix?.slice(0, -1)),
    ]) {
      found = true
      if (key !== undefined && component.test(key.slice(prefix.length))) names.add(key.slice(prefix.length))
    }
  }
  const base = path === '/' ? '' : path
  return { paths: [...names].map((name) => `${base}/${name}`), found }
}

/** Every key under `path`, page by page in the byte order of keys, which is S3's own. */
export async function* keysUnder(bucket: Bucket, path: string): AsyncGenerator<Iterable<Listed>> {
  for await (const stretch of stretchesUnder(bucket, path, undefined)) yield listed(stretch)
}

async function* stretchesUnder(
  bucket: Bucket,
  path: string,
  startAfter: string | undefined,
): AsyncGenerator<Stretch> {
  const query = {
    Prefix: prefixOf(bucket, path),
    ...(startAfter !== undefined && { StartAfter: bucket.key(startAfter) }),
  }
  const keyPage = async (
    more: Partial<typeof query> & { ContinuationToken?: string },
    signal?: AbortSignal,
  ) => {
    const answer = await page(bucket, path, { ...query, ...more }, signal)
    return { keys: keysIn(answer), token: tokenOf(path, answer) }
  }
  const listing: Listing = {
    prefix: query.Prefix,
    page: (from, signal) =>
      keyPage('token' in from ? { ContinuationToken: from.token } : { StartAfter: from.after }, signal),
    async directories(directory, after, signal) {
      const answer = await page(
        bucket,
        path,
        { Prefix: directory, Delimiter: '/', StartAfter: after },
        signal,
      )
      return {
        prefixes: (answer.CommonPrefixes ?? []).flatMap(({ Prefix = '' }) => Prefix),
        all: answer.IsTruncated !== true,
      }
    },
  }
  const first = await keyPage({})
  const letGrow = first.token === undefined ? () => undefined : keepHeapSmall('young')
  try {
    yield* ahead(first, listing)
  } finally {
    letGrow()
  }
}

const file = /^(?:\/[A-Za-z0-9._-]+)+$/

/** Every file under `path` after `startAfter`, page by page in the byte order of keys. */
export async function* filesUnder(
  bucket: Bucket,
  path: string,
  startAfter: string | undefined,
): AsyncGenerator<Iterable<FileInfo>> {
  const root = prefixOf(bucket, '/')
  for await (const stretch of stretchesUnder(bucket, path, startAfter)) yield filesIn(stretch, root.length)
}

/** `root` is how long the part of the keys is that paths do not have. */
function* filesIn({ of, from, to }: Stretch, root: number): Generator<FileInfo> {
  for (let index = from; index < to; index++) {
    const path = of.path(index, root)
    if (file.test(path)) yield { path, size: of.size(index), modTime: of.modified(index), isDir: false }
  }
}

/** Times that keys which S3 could not delete just now are tried again. */
const patience = 5

/** Deletes at most 1000 keys. Throws AccessDeniedError, or an error that names every key that is left and why. */
export async function deleteKeys(bucket: Bucket, path: string, keys: readonly string[]): Promise<void> {
  let left = keys
  for (let attempt = 0; left.length > 0; attempt++) {
    const { Errors = [] } = await call(
      bucket,
      's3:DeleteObject',
      path,
      bucket.client.send(
        new DeleteObjectsCommand({
          Bucket: bucket.Bucket,
          Delete: { Quiet: true, Objects: left.map((Key) => ({ Key })) },
        }),
      ),
    )
    if (Errors.length === 0) return
    const again = Errors.filter(({ Code }) =>
      ['InternalError', 'SlowDown', 'ServiceUnavailable'].includes(Code ?? ''),
    )
    if (again.length === Errors.length && attempt < patience) {
      const named = again.flatMap(({ Key }) => (Key === undefined ? [] : [Key]))
      if (named.length === again.length) left = named
      continue
    }
    if (Errors.every(({ Code }) => Code === 'AccessDenied'))
      throw new AccessDeniedError(driverName, 's3:DeleteObject', path)
    const told = Errors.map(({ Key, Code, Message }) => `${Key}: ${Code}${Message ? ` (${Message})` : ''}`)
    throw new Error(
      `${driverName}: ${Errors.length} of ${keys.length} keys under ${path} were not deleted: ${told.join('; ')}`,
    )
  }
}
