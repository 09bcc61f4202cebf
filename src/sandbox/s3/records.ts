import { z } from 'zod'

/** What the store keeps on disk beside the bytes, as JSON. Times are milliseconds since the epoch. */

const text = z.string()
const count = z.number().int().nonnegative()
const texts = z.record(z.string(), z.string())

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const
const checksumAlgorithm = z.enum(checksumAlgorithms)
const checksumType = z.enum(['FULL_OBJECT', 'COMPOSITE'])
const checksum = z.object({ algorithm: checksumAlgorithm, value: text, type: checksumType })

/**
 * Bytes that never change: in a file that is written once, or, when they are few, here in base64.
 * An object is one piece or, from a multipart upload, several.
 */
const piece = z.union([z.object({ file: text, size: count }), z.object({ bytes: text, size: count })])

const encryption = z.object({
  algorithm: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']),
  keyId: text.optional(),
  bucketKey: z.boolean().optional(),
})

/** What the writer of an object says about it, apart from its bytes. */
const attributes = z.object({
  /** Content-Type and the like, by the name they are answered under. */
  headers: texts,
  /** Without `x-amz-meta-`. */
  metadata: texts,
  storageClass: text,
  encryption,
  tags: z.array(z.object({ key: text, value: text })),
})

export const objectRecord = attributes.extend({
  key: text,
  /** Without quotes. */
  etag: text,
  size: count,
  lastModified: count,
  pieces: z.array(piece),
  /** Whether the pieces are the parts of a multipart upload. */
  multipart: z.boolean(),
  checksum: checksum.optional(),
})

export const uploadRecord = attributes.extend({
  key: text,
  uploadId: text,
  initiated: count,
  checksum: z.object({ algorithm: checksumAlgorithm, type: checksumType }).optional(),
})

export const partRecord = z.object({
  number: count,
  etag: text,
  size: count,
  lastModified: count,
  piece,
  checksum: z.object({ algorithm: checksumAlgorithm, value: text }).optional(),
})

export const bucketRecord = z.object({
  name: text,
  created: count,
  /** The policy document as it was put. */
  policy: text.optional(),
  publicAccessBlock: z
    .object({
      BlockPublicAcls: z.boolean(),
      IgnorePublicAcls: z.boolean(),
      BlockPublicPolicy: z.boolean(),
      RestrictPublicBuckets: z.boolean(),
    })
    .optional(),
  ownership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']).optional(),
  encryption,
  /** The document as XML, normalised. */
  lifecycle: text.optional(),
  tags: z.array(z.object({ key: text, value: text })).optional(),
})

export type ChecksumAlgorithm = z.infer<typeof checksumAlgorithm>
export type ChecksumType = z.infer<typeof checksumType>
export type Checksum = z.infer<typeof checksum>
export type Piece = z.infer<typeof piece>
export type Encryption = z.infer<typeof encryption>
export type Attributes = z.infer<typeof attributes>
export type ObjectRecord = z.infer<typeof objectRecord>
export type UploadRecord = z.infer<typeof uploadRecord>
export type PartRecord = z.infer<typeof partRecord>
export type BucketRecord = z.infer<typeof bucketRecord>
export type Tag = Attributes['tags'][number]
