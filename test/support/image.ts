import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** An image as an OCI layout on disk, for skopeo: layers of random bytes, and one that is the gzip of an empty tar. */
export interface Image {
  readonly folder: string
  /** Every blob of the image but the manifest: digest and content. */
  readonly blobs: ReadonlyMap<string, Buffer>
}

/** Writes an image with one layer of each of `sizes` (bytes of random data, gzipped) and one empty one. */
export function makeImage(folder: string, sizes: readonly number[]): Image {
  const store = new Map<string, Buffer>()
  mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true })
  const put = (content: Buffer, mediaType: string) => {
    const digest = digestOf(content)
    writeFileSync(join(folder, 'blobs', 'sha256', digest.slice(7)), content)
    store.set(digest, content)
    return { mediaType, digest, size: content.length }
  }
  const tars = [...sizes.map((size) => randomBytes(size)), Buffer.alloc(1024)]
  const layers = tars.map((tar) =>
    put(gzipSync(tar, { level: 1 }), 'application/vnd.oci.image.layer.v1.tar+gzip'),
  )
  const config = put(
    Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
        config: {},
      }),
    ),
    'application/vnd.oci.image.config.v1+json',
  )
  const blobs = new Map(store)
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = put(
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers })),
    mediaType,
  )
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' }
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  )
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  return { folder, blobs }
}

export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}
