import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, writeJson } from '../files.ts'
import { s3Error } from './errors.ts'
import { type Change, openJournal } from './journal.ts'
import { type SortedKeys, sortedKeys } from './keys.ts'
import { fileOf, openPieces, type Pieces } from './pieces.ts'
import {
  type BucketRecord,
  bucketRecord,
  type ObjectRecord,
  type PartRecord,
  type Piece,
  type UploadRecord,
} from './records.ts'

/** One bucket: its configuration, its objects, its open uploads. All that is asked often is in memory. */
export interface Bucket {
  readonly record: BucketRecord
  readonly keys: SortedKeys
  readonly uploads: Uploads
  readonly pieces: Pieces
  configure(changes: { [K in keyof BucketRecord]?: BucketRecord[K] | undefined }): void
  object(key: string): ObjectRecord | undefined
  /** Puts the object in place of what its key held, whose bytes go. A reader that has begun keeps them. */
  putObject(record: ObjectRecord): void
  /** Removing what is not there changes nothing. */
  deleteObject(key: string): void
  /** The bucket is being deleted: from now on every change throws NoSuchBucket. */
  close(): void
}

export interface OpenUpload {
  readonly record: UploadRecord
  /** By part number, in any order. */
  readonly parts: ReadonlyMap<number, PartRecord>
}

export interface Uploads {
  /** `key`, a NUL and the upload id, so that one key's uploads follow each other, oldest first. */
  readonly order: SortedKeys
  get(uploadId: string): OpenUpload | undefined
  /** An id greater than every one before: S3 lists the uploads of one key oldest first, and pages by id. */
  newId(now: number): string
  create(record: UploadRecord): void
  putPart(uploadId: string, part: PartRecord): void
  /** Ends the upload as the object, whose pieces are parts of it; the bytes of other parts go. */
  complete(uploadId: string, object: ObjectRecord): void
  /** Forgets the upload and its bytes. Removing what is not there changes nothing. */
  remove(uploadId: string): void
}

/** Makes the folders of a bucket. */
export function createBucketFolder(directory: string): void {
  mkdirSync(join(directory, 'pieces'), { recursive: true })
}

/** Reads a bucket from disk, and clears what a killed process left there unfinished. Throws a usage Failure when it cannot. */
export function openBucket(directory: string): Bucket {
  let record = readJson(join(directory, 'bucket.json'), bucketRecord)
  for (const name of readdirSync(directory)) if (name.endsWith('.tmp')) rmSync(join(directory, name))
  let closed = false
  const objects = new Map<string, ObjectRecord>()
  const keys = sortedKeys()
  const uploads = new Map<string, { record: UploadRecord; parts: Map<number, PartRecord> }>()
  const order = sortedKeys()
  let lastId = 0

  const entry = (upload: UploadRecord) => `${upload.key}\0${upload.uploadId}`
  const end = (uploadId: string) => {
    const upload = uploads.get(uploadId)
    if (upload === undefined) return []
    uploads.delete(uploadId)
    order.remove(entry(upload.record))
    return Array.from(upload.parts.values(), ({ piece }) => piece)
  }
  const put = (object: ObjectRecord) => {
    const old = objects.get(object.key)
    objects.set(object.key, object)
    keys.add(object.key)
    return old?.pieces ?? []
  }
  /** Makes the change in memory, and gives the pieces that it may have left without an owner. */
  const apply = (change: Change): readonly Piece[] => {
    switch (change.what) {
      case 'put':
        return put(change.object)
      case 'delete': {
        const old = objects.get(change.key)
        objects.delete(change.key)
        keys.remove(change.key)
        return old?.pieces ?? []
      }
      case 'create': {
        const { uploadId } = change.upload
        uploads.set(uploadId, { record: change.upload, parts: new Map() })
        order.add(entry(change.upload))
        lastId = Math.max(lastId, Number.parseInt(uploadId.slice(0, idDigits), 16))
        return []
      }
      case 'part': {
        const parts = uploads.get(change.uploadId)?.parts
        const old = parts?.get(change.part.number)
        parts?.set(change.part.number, change.part)
        return old === undefined ? [] : [old.piece]
      }
      case 'complete':
        return [...end(change.uploadId), ...put(change.object)]
      case 'abort':
        return end(change.uploadId)
    }
  }
  function* state(): Generator<Change> {
    for (const object of objects.values()) yield { what: 'put', object }
    for (const { record: upload, parts } of uploads.values()) {
      yield { what: 'create', upload }
      for (const part of parts.values()) yield { what: 'part', uploadId: upload.uploadId, part }
    }
  }

  const pieces = openPieces(join(directory, 'pieces'))
  const journal = openJournal(join(directory, 'journal'), apply, state)
  pieces.sweep(
    new Set(
      [...state()].flatMap((change) => {
        if (change.what === 'put') return change.object.pieces.flatMap(fileOf)
        return change.what === 'part' ? fileOf(change.part.piece) : []
      }),
    ),
  )

  const checkOpen = () => {
    if (closed) throw s3Error('NoSuchBucket', undefined, { BucketName: record.name })
  }
  /** On disk first, then in memory, then without the bytes that nothing names any more. */
  const make = (change: Change, kept: readonly Piece[] = []) => {
    checkOpen()
    journal.append(change)
    const loose = apply(change)
    const named = new Set(kept.flatMap(fileOf))
    pieces.discard(loose.filter((piece) => !fileOf(piece).some((file) => named.has(file))))
  }

  return {
    get record() {
      return record
    },
    keys,
    pieces,
    configure(changes) {
      checkOpen()
      const next = bucketRecord.parse({ ...record, ...changes })
      writeJson(join(directory, 'bucket.json'), next)
      record = next
    },
    object: (key) => objects.get(key),
    putObject: (object) => make({ what: 'put', object }, object.pieces),
    deleteObject(key) {
      if (objects.has(key)) make({ what: 'delete', key })
    },
    close() {
      closed = true
    },
    uploads: {
      order,
      get: (uploadId) => uploads.get(uploadId),
      newId(now) {
        lastId = Math.max(lastId + 1, now * 1000)
        return `${lastId.toString(16).padStart(idDigits, '0')}${randomBytes(24).toString('hex')}`
      },
      create: (upload) => make({ what: 'create', upload }),
      putPart(uploadId, part) {
        if (!uploads.has(uploadId)) throw new Error(`No upload ${uploadId}`)
        make({ what: 'part', uploadId, part })
      },
      complete: (uploadId, object) => make({ what: 'complete', uploadId, object }, object.pieces),
      remove(uploadId) {
        if (uploads.has(uploadId)) make({ what: 'abort', uploadId })
      },
    },
  }
}

/** The digits of an upload id that tell when it was given. */
const idDigits = 14
