import { Failure } from '../core/errors.ts'
import { parseGoUrl } from '../registry-config/go-url.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { viewerPrefix } from '../storage/edge-path.ts'

export interface RedirectMiddlewareOptions {
  readonly baseUrl: string
  /** 2.x drops the path of the base URL, 3.x keeps it. */
  readonly major: 2 | 3
}

/**
 * A driver that sends clients to another host with the path of the content, unsigned and without the root directory
 * (facts: registry 5.6). Throws Failure('usage') with the registry's message for a base URL it would not start with.
 */
export function redirect(inner: StorageDriver, { baseUrl, major }: RedirectMiddlewareOptions): StorageDriver {
  const { origin, path: basePath } = parse(baseUrl)
  // It hides the keys of the driver below from a middleware above, as in the registry.
  const { s3BucketKey: _, ...driver } = inner as StorageDriver & { readonly s3BucketKey?: unknown }
  const prefix = viewerPrefix({ middleware: 'redirect', major, basePath, rootDirectory: '' })
  return {
    ...driver,
    capabilities: { ...driver.capabilities, redirect: true },
    async redirectURL(_, path) {
      return `${origin}${prefix && `/${prefix}`}${path}`
    },
  }
}

/** Scheme and host, and the path; user, query and fragment are dropped. */
function parse(baseUrl: string): { readonly origin: string; readonly path: string } {
  const refuse = (message: string) =>
    new Failure('usage', `redirect: ${message}`, {
      remedy: { text: 'Write baseurl as https://host or https://host/path.' },
    })
  if (baseUrl === '') throw refuse('no baseurl provided')
  const url = parseGoUrl(baseUrl)
  if ('error' in url) throw refuse(`unable to parse redirect baseurl: ${baseUrl}`)
  if (url.scheme === '') throw refuse('no scheme specified for redirect baseurl')
  if (url.host === '') throw refuse('no host specified for redirect baseurl')
  return { origin: `${url.scheme}://${url.host}`, path: url.path }
}
