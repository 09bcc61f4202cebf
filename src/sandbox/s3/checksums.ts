import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Crc32c } from '@aws-crypto/crc32c'
import { Crc64Nvme } from '@aws-sdk/crc64-nvme'
import { s3Error } from './errors.ts'
import { type Checksum, type ChecksumAlgorithm, checksumAlgorithms } from './records.ts'

/** A running checksum. `digest` gives base64 and may be asked once. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void
  digest(): Promise<string>
}

/** The length in bytes of a checksum of that algorithm. */
export const checksumLength: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
}

/** The header that carries a checksum of that algorithm, in lower case. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

/** The algorithm of that name, in any case; undefined when none is named. Throws InvalidRequest for an unknown one. */
export function checksumAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined
  const algorithm = checksumAlgorithms.find((a) => a === name.toUpperCase())
  if (algorithm === undefined) {
    throw s3Error(
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    )
  }
  return algorithm
}

/** A checksum as members of an XML answer: `ChecksumCRC32` and `ChecksumType`. */
export function checksumMembers(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {}
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }
}

/** A new checksum over nothing. */
export function runningChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC32': {
      let value = 0
      return {
        update: (bytes) => {
          value = crc32(bytes, value)
        },
        digest: async () => bigEndian(value),
      }
    }
    case 'CRC32C': {
      const hash = new Crc32c()
      return { update: (bytes) => void hash.update(bytes), digest: async () => bigEndian(hash.digest()) }
    }
    case 'CRC64NVME': {
      const hash = new Crc64Nvme()
      return {
        update: (bytes) => hash.update(bytes),
        digest: async () => Buffer.from(await hash.digest()).toString('base64'),
      }
    }
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm)
      return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest('base64') }
    }
  }
}

function bigEndian(value: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes.toString('base64')
}

/**
 * The checksum of an object as COMPOSITE: that of its parts' checksums strung together, with `-N`.
 * All are base64 and of one algorithm.
 */
export async function compositeChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly string[],
): Promise<string> {
  const checksum = runningChecksum(algorithm)
  for (const part of parts) checksum.update(Buffer.from(part, 'base64'))
  return `${await checksum.digest()}-${parts.length}`
}

/** The polynomials, bit-reversed, and the width in bits of the checksums that S3 can join to a FULL_OBJECT one. */
const crcs: Readonly<Partial<Record<ChecksumAlgorithm, { polynomial: bigint; width: number }>>> = {
  CRC32: { polynomial: 0xedb88320n, width: 32 },
  CRC32C: { polynomial: 0x82f63b78n, width: 32 },
  CRC64NVME: { polynomial: 0x9a6c9329ac4bc9b5n, width: 64 },
}

/** Whether checksums of parts can be joined to that of the whole object. */
export function canBeFullObject(algorithm: ChecksumAlgorithm): boolean {
  return crcs[algorithm] !== undefined
}

/**
 * The checksum of parts strung together, from theirs (base64) and their sizes in bytes: zlib's
 * crc32_combine for any CRC, crc(ab) = crc(a)·x^(8·|b|) + crc(b) modulo the polynomial.
 * Throws for an algorithm that is not a CRC.
 */
export function fullObjectChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly value: string; readonly size: number }[],
): string {
  const crc = crcs[algorithm]
  if (crc === undefined) throw new Error(`${algorithm} checksums cannot be joined`)
  const { polynomial, width } = crc
  const top = 1n << BigInt(width - 1)
  // In the reversed notation the top bit is x^0 and a shift to the right multiplies by x.
  const multiply = (a: bigint, b: bigint) => {
    let product = 0n
    let power = b
    for (let bit = top; bit > 0n; bit >>= 1n) {
      if (a & bit) product ^= power
      power = power & 1n ? (power >> 1n) ^ polynomial : power >> 1n
    }
    return product
  }
  const xToThe = (exponent: number) => {
    let result = top
    let square = top >> 1n
    for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) result = multiply(result, square)
      square = multiply(square, square)
    }
    return result
  }
  // Nearly all parts of an upload are of one size.
  const powers = new Map<number, bigint>()
  let total = 0n
  for (const { value, size } of parts) {
    const power = powers.get(size) ?? xToThe(size * 8)
    powers.set(size, power)
    total = multiply(total, power) ^ BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`)
  }
  return Buffer.from(total.toString(16).padStart(width / 4, '0'), 'hex').toString('base64')
}
