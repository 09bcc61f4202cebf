/**
 * Where the registry puts things, under the driver's root directory.
 * Source: the registry's registry/storage/paths.go; the same in 2.x and 3.x.
 */

const root = '/docker/registry/v2'

const digestForm = /^([a-z0-9]+):([a-f0-9]{32,})$/

/** Whether `text` is a content digest such as `sha256:…` (64 hex digits for sha256). */
export function isDigest(text: string): boolean {
  const match = digestForm.exec(text)
  return match !== null && (match[1] !== 'sha256' || match[2]?.length === 64)
}

/** The storage path of a blob's data. Throws RangeError when `digest` is none. */
export function blobPath(digest: string): string {
  const match = digestForm.exec(digest)
  const [, algorithm, hex] = match ?? []
  if (algorithm === undefined || hex === undefined || !isDigest(digest))
    throw new RangeError(`not a digest: ${digest}`)
  return `${root}/blobs/${algorithm}/${hex.slice(0, 2)}/${hex}/data`
}
