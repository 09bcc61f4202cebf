import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Failure } from '../core/errors.ts'
import {
  AccessDeniedError,
  type FileWriter,
  InvalidPathError,
  PathNotFoundError,
  type StorageDriver,
} from '../storage/driver.ts'
import { Mismatch, type RandomSource } from './case.ts'

/** What the cases are written in: each throws a Mismatch that says what was looked at, what should be, and what was. */

/** `actual` must be `expected`; compared as JSON, so that lists and records can be given. */
export function same(what: string, actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Mismatch(what, { expected: shorten(should), actual: shorten(is) })
}

/** Two lists must hold the same texts, in any order. */
export function sameSet(what: string, actual: readonly string[], expected: readonly string[]): void {
  same(what, [...actual].sort(), [...expected].sort())
}

/** Contents must be equal; the message tells sizes and where they part, never the bytes. */
export function sameBytes(what: string, actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) === 0) return
  const at = expected.findIndex((byte, index) => byte !== actual[index])
  throw new Mismatch(what, {
    expected: `${expected.length} bytes (${digestOf(expected)})`,
    actual: `${actual.length} bytes (${digestOf(actual)})${at === -1 || at >= actual.length ? '' : `, different from byte ${at} on`}`,
  })
}

/** `act` must throw PathNotFoundError for `path`, with the driver's name in its text, as the registry relies on. */
export async function notFound(
  driver: StorageDriver,
  path: string,
  what: string,
  act: () => Promise<unknown>,
): Promise<void> {
  const error = await thrown(what, 'PathNotFoundError', act)
  if (!(error instanceof PathNotFoundError)) throw unlike(what, 'PathNotFoundError', error)
  same(`${what}: the path in the error`, error.path, path)
  same(`${what}: the driver's name in the error`, error.message.includes(driver.name), true)
}

/** `act` must throw InvalidPathError, with the driver's name in its text. */
export async function invalidPath(
  driver: StorageDriver,
  what: string,
  act: () => Promise<unknown>,
): Promise<void> {
  const error = await thrown(what, 'InvalidPathError', act)
  if (!(error instanceof InvalidPathError)) throw unlike(what, 'InvalidPathError', error)
  same(`${what}: the driver's name in the error`, error.message.includes(driver.name), true)
}

/** What `act` throws; a Mismatch when it throws nothing. What keeps a case from looking is thrown on. */
export async function thrown(what: string, expected: string, act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act()
  } catch (error) {
    if (error instanceof Failure || error instanceof AccessDeniedError) throw error
    return error
  }
  throw new Mismatch(what, { expected, actual: 'no error' })
}

/** The Mismatch of an error that should be another one; an error of ours is thrown as it is. */
export function unlike(what: string, expected: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TypeError || error.name === 'AccessDeniedError')
    return error
  // A driver of others may have a class of the same name, or load this one twice.
  const hint = error.name === expected ? ', of another class than regctl-cloudfront/conformance exports' : ''
  return new Mismatch(what, { expected, actual: `${error.name}: ${error.message}${hint}` })
}

/** All of a stream. */
export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Writes contents one after the other into a new writer, commits and closes it. */
export async function writeStream(
  driver: StorageDriver,
  path: string,
  ...contents: readonly Uint8Array[]
): Promise<void> {
  const writer = await driver.writer(path, { append: false })
  for (const content of contents) await writer.write(content)
  await finish(writer)
}

/** The view that a case requires. */
export function needed<T>(view: T | undefined): T {
  if (view === undefined) throw new TypeError('the case does not say what it requires')
  return view
}

/** Commits and closes. */
export async function finish(writer: FileWriter): Promise<void> {
  await writer.commit()
  await writer.close()
}

/** Opens a writer that appends, as a new process would, writes, and closes it without a commit. */
export async function appendAndClose(
  driver: StorageDriver,
  path: string,
  content: Uint8Array,
): Promise<FileWriter> {
  const writer = await driver.writer(path, { append: true })
  await writer.write(content)
  await writer.close()
  return writer
}

/** Whether a path has content or children. */
export async function exists(driver: StorageDriver, path: string): Promise<boolean> {
  try {
    await driver.stat(path)
    return true
  } catch (error) {
    if (error instanceof PathNotFoundError) return false
    throw error
  }
}

/** A path of about `length` characters with several components, as upstream's randomPath makes them. */
export function randomPath(random: RandomSource, length = 32): string {
  let path = ''
  while (path.length < length)
    path += `/${random.name(1 + random.integer(Math.min(14, length - path.length)))}`
  return path
}

/** Writes `size` bytes of `noise` in pieces of 1 MiB, without holding them. */
export async function writeNoise(
  writer: FileWriter,
  noise: (offset: number, length: number) => Buffer,
  size: number,
  from = 0,
): Promise<void> {
  for (let at = from; at < size; at += mebibyte) await writer.write(noise(at, Math.min(mebibyte, size - at)))
}

/** A stream must be `noise` from `offset` to `size`, and end there. */
export async function sameNoise(
  what: string,
  stream: Readable,
  noise: (offset: number, length: number) => Buffer,
  size: number,
  offset = 0,
): Promise<void> {
  let at = offset
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (at + chunk.length > size)
      throw new Mismatch(what, { expected: `${size} bytes`, actual: `${at + chunk.length} or more` })
    sameBytes(`${what}, from byte ${at} on`, chunk, noise(at, chunk.length))
    at += chunk.length
  }
  same(`${what}: where it ends`, at, size)
}

/** `act` on each item, 16 at a time. */
export async function inParallel<T>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const work = async () => {
    for (let index = next++; index < items.length; index = next++) await act(items[index] as T, index)
  }
  await Promise.all(Array.from({ length: Math.min(16, items.length) }, work))
}

export const mebibyte = 1_048_576

/** A short digest of content, for messages and comparisons. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`
}

function shorten(text: string | undefined): string {
  return text === undefined
    ? 'nothing'
    : text.length > 600
      ? `${text.slice(0, 600)}… (${text.length} characters)`
      : text
}
