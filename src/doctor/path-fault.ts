import type { Remedy } from '../core/finding.ts'
import { keysFor, requiredOriginPath } from '../storage/edge-path.ts'
import { objectKey } from '../storage/path.ts'
import { registryOrigin } from './behavior.ts'
import type { Distribution, Settings } from './check.ts'
import { behaviorCure } from './init-cure.ts'

/** Why the edge does not find what the registry wrote. */
export interface PathFault {
  readonly what: string
  readonly why: string
  readonly evidence: { readonly expected: string; readonly actual: string }
  readonly remedy: Remedy
}

/** What is wrong with origin path, base URL and rootdirectory together for a storage path; undefined when they fit. */
export function pathFault(
  settings: Settings,
  found: Distribution | undefined,
  path: string,
): PathFault | undefined {
  const { middleware, rootDirectory } = settings
  const actual = registryOrigin(found, settings)?.OriginPath ?? ''
  const { written, requested } = keysFor(settings, actual, path)
  if (written === requested) return undefined
  const required = requiredOriginPath(settings)
  const root = objectKey(rootDirectory, '')
  const doubled = root !== '' && requested === `${root}/${written}`
  return {
    what: `${doubled ? 'the path is doubled: ' : ''}the edge asks S3 for ${requested}, and the registry writes ${written}`,
    why: `rootdirectory is ${JSON.stringify(rootDirectory)}, and the URLs of the ${middleware} middleware ${middleware === 'cloudfront' ? 'already hold it' : 'leave it out'}`,
    evidence: {
      expected: required === undefined ? 'another base URL' : `origin path ${JSON.stringify(required)}`,
      actual: `origin path ${JSON.stringify(actual)}`,
    },
    remedy:
      required === undefined
        ? { text: 'No origin path can remove the path of baseurl: take it out of the config.' }
        : behaviorCure(`Set the origin path to ${JSON.stringify(required)}.`, settings, found),
  }
}
