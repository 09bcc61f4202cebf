import type { OpenDriver } from '../commands/world.ts'

/** Opens a driver by the registry's name. Throws Failure('usage') for an unknown name or bad parameters. */
export async function openDriver(
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<OpenDriver> {
  throw new Error(`not wired yet: ${name} ${Object.keys(parameters).length} ${Object.keys(env).length}`)
}
