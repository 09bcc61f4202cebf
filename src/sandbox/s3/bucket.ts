import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, unreadable, writeJson } from '../files.ts'
import { s3Error } from './errors.ts'
import { type SortedKeys, sortedKeys } from './keys.ts'
import { openPieces, type Pieces } from './pieces.ts'
import {
  type BucketRecord,
  bucketRecord,
  type ObjectRecord,
  objectRecord,
  type PartRecord,
  partRecord,
  type UploadRecord,
  uploadRecord,
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
  /** Forgets the upload, and removes the bytes of its parts but those of the pieces in `kept`. */
  remove(uploadId: string, kept?: ReadonlySet<string>): void
}

/** Makes the folders of a bucket. */
export function createBucketFolder(directory: string): void {
  for (const name of ['objects', 'uploads', 'pieces']) mkdirSync(join(directory, name), { recursive: true })
}

/** Reads a bucket from disk, and clears what a killed process left there unfinished. Throws a usage Failure when it cannot. */
export function openBucket(directory: string): Bucket {
  let record = readJson(join(directory, 'bucket.json'), bucketRecord)
  let closed = false
  const checkOpen = () => {
    if (closed) throw s3Error('NoSuchBucket', undefined, { BucketName: record.name })
  }
  const objects = new Map<string, ObjectRecord>()
  const keys = sortedKeys()
  const pieces = openPieces(join(directory, 'pieces'))
  const objectsFolder = join(directory, 'objects')
  const objectFile = (key: string) => {
    const hash = createHash('sha1').update(key).digest('hex')
    return join(objectsFolder, hash.slice(0, 2), `${hash}.json`)
  }

  for (const folder of readdirSync(objectsFolder)) {
    for (const path of jsonFiles(join(objectsFolder, folder))) {
      const object = readJson(path, objectRecord)
      if (objectFile(object.key) !== path) throw unreadable(path, 'it belongs to another key')
      objects.set(object.key, object)
      keys.add(object.key)
    }
  }
  const owned = new Set([...objects.values()].flatMap((object) => object.pieces.map((piece) => piece.file)))
  const uploads = openUploads(join(directory, 'uploads'), pieces, owned, checkOpen)
  pieces.sweep(owned)

  return {
    get record() {
      return record
    },
    keys,
    uploads,
    pieces,
    configure(changes) {
      checkOpen()
      const next = bucketRecord.parse({ ...record, ...changes })
      writeJson(join(directory, 'bucket.json'), next)
      record = next
    },
    object: (key) => objects.get(key),
    putObject(object) {
      checkOpen()
      const path = objectFile(object.key)
      mkdirSync(join(path, '..'), { recursive: true })
      writeJson(path, object)
      const old = objects.get(object.key)
      objects.set(object.key, object)
      keys.add(object.key)
      const kept = new Set(object.pieces.map((piece) => piece.file))
      pieces.discard(old?.pieces.filter((piece) => !kept.has(piece.file)) ?? [])
    },
    deleteObject(key) {
      const old = objects.get(key)
      if (old === undefined) return
      rmSync(objectFile(key))
      objects.delete(key)
      keys.remove(key)
      pieces.discard(old.pieces)
    },
    close() {
      closed = true
    },
  }
}

/** The digits of an upload id that tell when it was given. */
const idDigits = 14

/** `owned` are the pieces of objects; those of open uploads are added to it. */
function openUploads(directory: string, pieces: Pieces, owned: Set<string>, checkOpen: () => void): Uploads {
  let lastId = 0
  const uploads = new Map<string, { record: UploadRecord; parts: Map<number, PartRecord> }>()
  const order = sortedKeys()
  const entry = (record: UploadRecord) => `${record.key}\0${record.uploadId}`
  const folder = (uploadId: string) => join(directory, uploadId)

  for (const uploadId of readdirSync(directory)) {
    const files = jsonFiles(folder(uploadId)).filter((path) => !path.endsWith('upload.json'))
    const parts = files.map((path) => readJson(path, partRecord))
    // Completed, but the process ended before the upload was removed; or never begun.
    const done = parts.some((part) => owned.has(part.piece.file))
    if (done || !readdirSync(folder(uploadId)).includes('upload.json')) {
      rmSync(folder(uploadId), { recursive: true })
      continue
    }
    const record = readJson(join(folder(uploadId), 'upload.json'), uploadRecord)
    uploads.set(uploadId, { record, parts: new Map(parts.map((part) => [part.number, part])) })
    order.add(entry(record))
    lastId = Math.max(lastId, Number.parseInt(uploadId.slice(0, idDigits), 16))
  }
  for (const { parts } of uploads.values()) for (const part of parts.values()) owned.add(part.piece.file)

  return {
    order,
    get: (uploadId) => uploads.get(uploadId),
    newId(now) {
      lastId = Math.max(lastId + 1, now * 1000)
      return `${lastId.toString(16).padStart(idDigits, '0')}${randomBytes(24).toString('hex')}`
    },
    create(record) {
      checkOpen()
      mkdirSync(folder(record.uploadId))
      writeJson(join(folder(record.uploadId), 'upload.json'), record)
      uploads.set(record.uploadId, { record, parts: new Map() })
      order.add(entry(record))
    },
    putPart(uploadId, part) {
      const upload = uploads.get(uploadId)
      if (upload === undefined) throw new Error(`No upload ${uploadId}`)
      writeJson(join(folder(uploadId), `${part.number}.json`), part)
      const old = upload.parts.get(part.number)
      upload.parts.set(part.number, part)
      if (old !== undefined) pieces.discard([old.piece])
    },
    remove(uploadId, kept = new Set()) {
      const upload = uploads.get(uploadId)
      if (upload === undefined) return
      uploads.delete(uploadId)
      order.remove(entry(upload.record))
      rmSync(folder(uploadId), { recursive: true })
      pieces.discard([...upload.parts.values()].map((part) => part.piece).filter((p) => !kept.has(p.file)))
    },
  }
}

function jsonFiles(folder: string): string[] {
  const names = readdirSync(folder)
  for (const name of names) if (name.endsWith('.tmp')) rmSync(join(folder, name))
  return names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name))
}
