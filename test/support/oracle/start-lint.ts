import type { LintOptions } from '../../../src/lint/run.ts'
import { loadConfig } from '../../../src/registry-config/load.ts'
import type { Release } from '../../../src/registry-config/releases.ts'
import { at, textOf } from '../../../src/registry-config/value.ts'
import { scrubbed } from '../peers.ts'
import type { Case } from './generate.ts'
import type { StartFiles } from './start-files.ts'

/** What lint is told when it judges a case as startRegistry starts it: the same environment, and the key file. */
export function lintOptions(each: Case, release: Release, files: StartFiles): LintOptions {
  const environment = scrubbed(each.environment)
  return { release, environment, privateKey: keyIn(each, release, files) }
}

/** The content of the key file that the config names. */
function keyIn({ config, environment }: Case, release: Release, files: StartFiles): string | undefined {
  const loaded = loadConfig(config, 'config.yml', { release, environment })
  if (!('effective' in loaded)) return undefined
  const cloudfront = loaded.effective.storageMiddleware.find(({ name }) => name === 'cloudfront')
  return files.contents[textOf(at(cloudfront?.options, 'privatekey'))]
}
