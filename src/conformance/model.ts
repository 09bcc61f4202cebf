import { Failure } from '../core/errors.ts'
import { PathNotFoundError, type StorageDriver } from '../storage/driver.ts'
import { Mismatch } from './case.ts'
import { digestOf, readAll, unlike } from './expect.ts'

/**
 * The contract as a model in memory, and random calls that a driver and the model must answer alike. Paths are few,
 * so that calls meet; none is both file and directory, which the contract leaves open.
 */
export type Step =
  | { readonly call: 'put'; readonly path: string; readonly size: number }
  | { readonly call: 'stream'; readonly path: string; readonly size: number }
  | {
      readonly call: 'append'
      readonly path: string
      readonly size: number
      readonly end: 'close' | 'commit' | 'cancel'
    }
  | { readonly call: 'open'; readonly path: string; readonly size: number }
  | { readonly call: 'get' | 'stat' | 'list' | 'delete' | 'walk'; readonly path: string }
  | { readonly call: 'read'; readonly path: string; readonly offset: number }
  | { readonly call: 'move'; readonly path: string; readonly dest: string }

export const files = [
  '/t/1.2/link',
  '/t/1.20/link',
  '/t/1.2-rc/link',
  '/t/1.2.1',
  '/u/data',
  '/u/data-2',
  '/u/dat',
  '/solo',
] as const
export const places = [...files, '/t', '/t/1.2', '/t/1.20', '/u', '/t/1', '/none'] as const

/** One line per call, to be read by people and to be run again by hand. */
export function script(steps: readonly Step[]): string {
  return steps
    .map((step) => {
      const { call, path, ...rest } = step
      return [call, path, ...Object.values(rest)].join(' ')
    })
    .join('; ')
}

interface Model {
  readonly content: Map<string, Buffer>
  /** The open uploads of a path, oldest first. */
  readonly uploads: Map<string, Buffer[]>
}

/**
 * Runs the calls under `base`; throws a Mismatch at the first that the driver answers otherwise than the model. Gives
 * the uploads that the calls left open, with what they hold in bytes.
 */
export async function runSteps(
  open: () => Promise<StorageDriver>,
  base: string,
  steps: readonly Step[],
  bytes: (size: number) => Buffer,
): Promise<{ readonly path: string; readonly size: number }[]> {
  const model: Model = { content: new Map(), uploads: new Map() }
  for (const [index, step] of steps.entries()) {
    // Another driver for every call: nothing may depend on what one of them remembers.
    const driver = await open()
    const data = 'size' in step ? bytes(step.size) : Buffer.alloc(0)
    const expected = answer(model, step, data)
    const what = `the last call of: ${script(steps.slice(0, index + 1))}`
    const actual = await ask(driver, base, step, data).catch((error: unknown) => {
      throw error instanceof Failure ? error : unlike(what, expected, error)
    })
    if (actual !== expected) throw new Mismatch(what, { expected, actual })
  }
  return [...model.uploads].flatMap(([path, open]) => open.map(({ length }) => ({ path, size: length })))
}

/** What the contract says, as a text; changes the model. */
function answer({ content, uploads }: Model, step: Step, data: Buffer): string {
  const { path } = step
  const there = content.get(path)
  const under = [...content.keys()].filter((file) => file.startsWith(`${path}/`)).sort()
  const open = uploads.get(path) ?? []
  switch (step.call) {
    case 'put':
    case 'stream':
      content.set(path, data)
      return 'ok'
    case 'open':
      uploads.set(path, [...open, data])
      return 'ok'
    case 'append': {
      const before = open.at(-1)
      if (before === undefined && there?.length !== 0) return there === undefined ? 'not found' : 'refused'
      const whole = Buffer.concat([before ?? Buffer.alloc(0), data])
      const others = open.slice(0, -1)
      if (step.end === 'commit') content.set(path, whole)
      uploads.set(path, step.end === 'close' ? [...others, whole] : others)
      return `from ${before?.length ?? 0} to ${whole.length}`
    }
    case 'get':
      return there === undefined ? 'not found' : told(there)
    case 'read':
      return there === undefined ? 'not found' : told(there.subarray(step.offset))
    case 'stat':
      return there !== undefined ? `file of ${there.length}` : under.length > 0 ? 'directory' : 'not found'
    case 'list': {
      if (under.length === 0) return 'not found'
      return [...new Set(under.map((file) => file.slice(path.length + 1).split('/', 1)[0]))].sort().join(' ')
    }
    case 'walk':
      return there === undefined && under.length === 0 ? 'not found' : under.join(' ')
    case 'delete': {
      if (there === undefined && under.length === 0) return 'not found'
      for (const file of [path, ...under]) content.delete(file)
      return 'ok'
    }
    case 'move': {
      if (there === undefined) return 'not found'
      content.delete(path)
      content.set(step.dest, there)
      return 'ok'
    }
  }
}

/** What the driver does, in the same words. */
async function ask(driver: StorageDriver, base: string, step: Step, data: Buffer): Promise<string> {
  const path = base + step.path
  const strip = (full: string) => full.slice(base.length)
  try {
    switch (step.call) {
      case 'put':
        await driver.putContent(path, data)
        return 'ok'
      case 'stream': {
        const writer = await driver.writer(path, { append: false })
        await writer.write(data)
        await writer.commit()
        await writer.close()
        return 'ok'
      }
      case 'open': {
        const writer = await driver.writer(path, { append: false })
        await writer.write(data)
        await writer.close()
        return 'ok'
      }
      case 'append':
        return await appendTo(driver, path, data, step.end)
      case 'get':
        return told(await driver.getContent(path))
      case 'read':
        return told(await readAll(await driver.reader(path, step.offset)))
      case 'stat': {
        const info = await driver.stat(path)
        return info.isDir ? 'directory' : `file of ${info.size}`
      }
      case 'list':
        return (await driver.list(path))
          .map((child) => child.slice(path.length + 1))
          .sort()
          .join(' ')
      case 'walk': {
        const seen: string[] = []
        await driver.walk(path, (info) => {
          if (!info.isDir) seen.push(strip(info.path))
          return undefined
        })
        return seen.join(' ')
      }
      case 'delete':
        await driver.delete(path)
        return 'ok'
      case 'move':
        await driver.move(path, base + step.dest)
        return 'ok'
    }
  } catch (error) {
    if (error instanceof PathNotFoundError) return 'not found'
    throw error
  }
}

async function appendTo(
  driver: StorageDriver,
  path: string,
  data: Buffer,
  end: 'close' | 'commit' | 'cancel',
): Promise<string> {
  let writer: Awaited<ReturnType<StorageDriver['writer']>>
  try {
    writer = await driver.writer(path, { append: true })
  } catch (error) {
    // Which error a committed content gives is the driver's choice.
    return (await isFile(driver, path)) ? 'refused' : refusal(error)
  }
  const from = writer.size
  await writer.write(data)
  const to = writer.size
  await writer[end]()
  if (end !== 'close') await writer.close()
  return `from ${from} to ${to}`
}

async function isFile(driver: StorageDriver, path: string): Promise<boolean> {
  return driver.stat(path).then(
    ({ isDir }) => !isDir,
    () => false,
  )
}

function refusal(error: unknown): string {
  if (error instanceof PathNotFoundError) return 'not found'
  throw error
}

function told(bytes: Buffer): string {
  return `${bytes.length} bytes, ${digestOf(bytes)}`
}
