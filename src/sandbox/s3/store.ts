import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../core/errors.ts'
import { unreadable, writeJson } from '../files.ts'
import { type Bucket, createBucketFolder, openBucket } from './bucket.ts'
import type { BucketRecord } from './records.ts'

/**
 * Buckets on disk. Every change is on disk before it is answered, and survives the end of the process.
 *
 *   DIRECTORY/buckets/NAME/bucket.json  configuration
 *   DIRECTORY/buckets/NAME/journal      objects and open multipart uploads, change by change
 *   DIRECTORY/buckets/NAME/pieces/…     bytes that are too many for the journal, written once and never changed
 */
export interface Store {
  /** In the order of their names. */
  buckets(): readonly Bucket[]
  bucket(name: string): Bucket | undefined
  createBucket(record: BucketRecord): Bucket
  /** Removes the bucket with all that is in it. */
  deleteBucket(bucket: Bucket): void
}

/** The store in `directory`, which is made if it is not there. Throws a usage Failure when it cannot be read. */
export function openStore(directory: string): Store {
  const root = join(directory, 'buckets')
  const buckets = new Map<string, Bucket>()
  try {
    mkdirSync(root, { recursive: true })
    for (const name of readdirSync(root)) {
      // What a killed process left of a bucket that it was removing or had not finished making.
      if (/^\.(new|old)-/.test(name)) rmSync(join(root, name), { recursive: true, force: true })
      else buckets.set(name, openBucket(join(root, name)))
    }
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(directory, error)
  }
  return {
    buckets: () => [...buckets.values()].sort((a, b) => (a.record.name < b.record.name ? -1 : 1)),
    bucket: (name) => buckets.get(name),
    createBucket(record) {
      const unfinished = join(root, `.new-${record.name}`)
      createBucketFolder(unfinished)
      writeJson(join(unfinished, 'bucket.json'), record)
      renameSync(unfinished, join(root, record.name))
      const bucket = openBucket(join(root, record.name))
      buckets.set(record.name, bucket)
      return bucket
    },
    deleteBucket(bucket) {
      const { name } = bucket.record
      bucket.close()
      buckets.delete(name)
      const doomed = join(root, `.old-${name}`)
      renameSync(join(root, name), doomed)
      rmSync(doomed, { recursive: true, force: true })
    },
  }
}
