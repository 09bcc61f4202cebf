import type { OpenDriver } from '../commands/world.ts'
import type { Inspector } from '../conformance/case.ts'
import { Failure } from '../core/errors.ts'
import { openFilesystemDriver } from '../drivers/filesystem.ts'
import { memoryStore, openMemoryDriver } from '../drivers/memory.ts'
import { openS3Driver, type S3Environment } from '../drivers/s3.ts'
import type { StorageDriver } from '../storage/driver.ts'

/** One store for all memory drivers of this process: what one writes another reads, as with every other driver. */
const memory = memoryStore()

/** Opens a driver by the registry's name. Throws Failure('usage') for an unknown name or bad parameters. */
export async function openDriver(
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  environment: S3Environment,
): Promise<OpenDriver> {
  switch (name) {
    case 's3':
    case 's3aws':
      return inspected(await openS3Driver(parameters, environment))
    case 'filesystem':
      return inspected(openFilesystemDriver(parameters))
    case 'inmemory':
    case 'memory':
      return inspected(openMemoryDriver(memory, parameters))
    default:
      throw new Failure('usage', `regctl has no storage driver ${JSON.stringify(name)}`, {
        remedy: { text: 'Use one of s3, filesystem, memory.' },
      })
  }
}

function inspected<D extends StorageDriver & { readonly inspector: Inspector }>(driver: D): OpenDriver {
  return { driver, inspector: driver.inspector }
}
