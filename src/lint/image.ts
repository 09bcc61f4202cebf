import type { Inside } from '../registry-config/document.ts'
import { parseRelease, type Release } from '../registry-config/releases.ts'

/** What an image's name says of the registry in it; undefined when it is no registry's. */
export function registryImage(name: string): { readonly release: Release | undefined } | undefined {
  const match =
    /^(?:.*\/)?(?:registry|distribution|docker-registry|registry-photon)(?::([^@]+))?(?:@.*)?$/.exec(name)
  if (match === null) return undefined
  const version = /^v?(\d+(?:\.\d+){0,2})(?=$|[-.])/.exec(match[1] ?? '')?.[1]
  if (version === undefined) return { release: undefined }
  try {
    return { release: parseRelease(version) }
  } catch {
    return { release: undefined }
  }
}

/** The config of the official image, which the environment changes when nothing is mounted over it. */
export function imageConfig(major: 2 | 3): string {
  return `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
${major === 3 ? '  tag:\n    concurrencylimit: 5\n' : ''}http:
  addr: :5000
${major === 3 ? '  debug:\n    addr: :5001\n    prometheus:\n      enabled: true\n      path: /metrics\n' : ''}  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`
}

/** Where the image reads its config. */
export function imageConfigPath(major: 2 | 3): string {
  return major === 3 ? '/etc/distribution/config.yml' : '/etc/docker/registry/config.yml'
}

/** For a config that is in the image: everything is where the image is named. */
export function atImage(position: ReturnType<Inside['position']>): Inside {
  return { position: () => position, outer: () => undefined }
}
