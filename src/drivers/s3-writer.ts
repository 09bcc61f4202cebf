import { constants } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import { UploadPartCommand } from '@aws-sdk/client-s3'
import { type FileWriter, PathNotFoundError } from '../storage/driver.ts'
import { keepHeapSmall } from './heap.ts'
import { type Bucket, call, driverName } from './s3-client.ts'
import { minimumPart } from './s3-parameters.ts'
import { sentWhole } from './s3-sending.ts'
import { dropTails, getTail, putTail } from './s3-tail.ts'
import {
  abortOrphans,
  abortUpload,
  completeUpload,
  createUpload,
  findUpload,
  listParts,
  mostParts,
  type Part,
  type Upload,
} from './s3-upload.ts'
import { writerState } from './writer-state.ts'

/** Bytes, and how many times larger the next one is: what no byte was written to takes no memory. */
const firstBuffer = 262_144
const growth = 64

/**
 * A writer whose parts, all of the chunk size but for the last, go out side by side. It holds at most `concurrency`
 * chunks, the one being filled among them, and no part is larger than the largest Buffer. With `append` it goes on with
 * the newest open upload of the path. Throws PathNotFoundError when there is nothing to append to. `size` is as for any
 * FileWriter.
 */
export async function openWriter(
  bucket: Bucket,
  path: string,
  append: boolean,
  sizeOf: (path: string) => Promise<number>,
): Promise<FileWriter> {
  const found = append ? await findUpload(bucket, path) : undefined
  if (found !== undefined) return resume(bucket, found)
  // Empty content may be appended to: the registry begins so. sizeOf throws when there is none.
  if (append && (await sizeOf(path)) > 0) throw new PathNotFoundError(driverName, path)
  return writerOn(bucket, await createUpload(bucket, path), { parts: [], tail: new Uint8Array() })
}

async function resume(bucket: Bucket, upload: Upload): Promise<FileWriter> {
  const listed = await listParts(bucket, upload)
  if (listed === undefined) throw new PathNotFoundError(driverName, upload.path)
  // A killed writer may have left a gap; what is behind it will be written again.
  const gap = listed.findIndex((part, index) => part.number !== index + 1)
  const parts = gap === -1 ? listed : listed.slice(0, gap)
  const short = parts.find(({ size }) => size < minimumPart)
  if (short !== undefined) {
    throw new Error(
      `${driverName}: the open upload of ${upload.path} has a part of ${short.size} bytes, after which S3 takes no more: its writer was killed while it committed, or is another program`,
    )
  }
  const offset = parts.reduce((sum, { size }) => sum + size, 0)
  return writerOn(bucket, upload, {
    parts,
    tail: await getTail(bucket, upload, offset),
    resumed: true,
  })
}

interface Beginning {
  readonly parts: readonly Part[]
  readonly tail: Uint8Array
  readonly resumed?: boolean
}

function writerOn(bucket: Bucket, upload: Upload, beginning: Beginning): FileWriter {
  const chunkSize = Math.min(bucket.parameters.chunkSize, constants.MAX_LENGTH)
  const state = writerState(driverName)
  const parts = new Map(beginning.parts.map((part) => [part.number, part]))
  const inFlight = new Set<Promise<void>>()
  const spare: Buffer[] = []
  let next = beginning.parts.length + 1
  let sent = beginning.parts.reduce((sum, { size }) => sum + size, 0)
  let filled = 0
  let unread = beginning.tail.length
  let fill: Buffer | undefined
  let failure: { readonly error: unknown } | undefined
  let letGrow: (() => void) | undefined

  // A tail longer than this writer's chunk was left by one with larger chunks.
  const ready = beginning.tail.length === 0 ? undefined : take(beginning.tail)
  ready?.catch(() => undefined)

  async function take(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (filled === 0) await place()
      const count = Math.min(chunkSize - filled, bytes.length - at)
      put(bytes.subarray(at, at + count))
      at += count
      // The tail comes before whatever is written.
      unread = Math.max(0, unread - count)
    }
  }

  /** Adds what the chunk has space for, and sends the chunk when it is full. */
  function put(bytes: Uint8Array): void {
    fill = room(filled + bytes.length)
    fill.set(bytes, filled)
    filled += bytes.length
    if (filled < chunkSize) return
    // What many calls leave behind is to make no room for itself.
    if (sent + filled >= 2 * minimumPart) letGrow ??= keepHeapSmall('young', 'steps')
    sendPart()
  }

  /** Waits until one more chunk may be held. Throws what an earlier part failed with. */
  async function place(): Promise<void> {
    while (inFlight.size >= bucket.concurrency) await Promise.race(inFlight)
    if (failure !== undefined) throw failure.error
  }

  /** The buffer with space for `size` bytes. It grows, so that little content takes little whatever the chunk. */
  function room(size: number): Buffer {
    if (fill !== undefined && size <= fill.length) return fill
    const reused = fill === undefined ? spare.pop() : undefined
    if (reused !== undefined) return reused
    let length = firstBuffer
    while (length < size) length *= growth
    const larger = Buffer.allocUnsafeSlow(Math.min(chunkSize, length))
    fill?.copy(larger, 0, 0, filled)
    return larger
  }

  /** Sends what is buffered as the next part. */
  function sendPart(): void {
    if (next > mostParts) {
      throw new Error(
        `${driverName}: ${upload.path} needs more than ${mostParts} parts of ${chunkSize} bytes; raise chunksize`,
      )
    }
    const number = next++
    const buffer = fill ?? Buffer.alloc(0)
    const body = buffer.subarray(0, filled)
    sent += filled
    fill = undefined
    filled = 0
    const sending = putPart(number, body)
      .then(async (etag) => {
        // The answer and the end of the sending may be events of one turn, in this order.
        if (!sentWhole(body)) await setImmediate()
        parts.set(number, { number, etag, size: body.length })
        if (sentWhole(body) && buffer.length === chunkSize) spare.push(buffer)
      })
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => {
        inFlight.delete(sending)
        // A writer may be dropped without an end.
        if (inFlight.size > 0) return
        letGrow?.()
        letGrow = undefined
      })
    inFlight.add(sending)
  }

  async function putPart(number: number, body: Buffer): Promise<string> {
    const { ETag } = await call(
      bucket,
      's3:PutObject',
      upload.path,
      bucket.client.send(
        new UploadPartCommand({
          Bucket: bucket.Bucket,
          Key: upload.key,
          UploadId: upload.id,
          PartNumber: number,
          Body: body,
        }),
      ),
    )
    if (ETag === undefined)
      throw new Error(`${driverName}: the store took part ${number} of ${upload.path} without an ETag`)
    return ETag
  }

  async function settled(): Promise<void> {
    await ready
    await Promise.all(inFlight)
    if (failure !== undefined) throw failure.error
  }

  return {
    get size() {
      return sent + filled + unread
    },
    async write(chunk) {
      state.needOpen()
      if (ready !== undefined) await ready
      if (failure !== undefined) throw failure.error
      // Most pieces are small and fit; a promise less for each is less garbage.
      if (filled > 0 && chunk.length <= chunkSize - filled) put(chunk)
      else await take(chunk)
    },
    async close() {
      if (!state.close()) return
      await settled()
      if (filled > 0 && fill !== undefined) await putTail(bucket, upload, sent, fill.subarray(0, filled))
      await abortOrphans(bucket, upload)
    },
    async cancel() {
      state.needOpen()
      state.to('cancelled')
      // An abort while a part is under way may leave that part behind.
      await Promise.all(inFlight)
      await abortOrphans(bucket, upload)
      await abortUpload(bucket, upload)
      await dropTails(bucket, upload)
    },
    async commit() {
      state.needOpen()
      await settled()
      // S3 completes no upload without a part, so empty content is one part of no bytes.
      if (filled > 0 || parts.size === 0) sendPart()
      await settled()
      await abortOrphans(bucket, upload)
      await completeUpload(
        bucket,
        upload,
        [...parts.values()].sort((a, b) => a.number - b.number),
      )
      state.to('committed')
      if (beginning.resumed === true) await dropTails(bucket, upload)
    },
  }
}
