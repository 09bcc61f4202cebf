import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checksumAlgorithm,
  checksumLength,
  compositeChecksum,
  fullObjectChecksum,
  runningChecksum,
} from '../../../src/sandbox/s3/checksums.ts'
import type { ChecksumAlgorithm } from '../../../src/sandbox/s3/records.ts'

async function of(algorithm: ChecksumAlgorithm, ...parts: Uint8Array[]): Promise<string> {
  const checksum = runningChecksum(algorithm)
  for (const part of parts) checksum.update(part)
  return checksum.digest()
}

describe('checksums', () => {
  // The check values of each algorithm's specification, over the digits 1 to 9.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', createHash('sha1').update('123456789').digest('hex')],
    ['SHA256', createHash('sha256').update('123456789').digest('hex')],
  ] as const)('%s has its check value', async (algorithm, hex) => {
    const value = Buffer.from(await of(algorithm, Buffer.from('1234'), Buffer.from('56789')), 'base64')
    expect(value.toString('hex')).toBe(hex)
    expect(value.length).toBe(checksumLength[algorithm])
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    '%s of the whole follows from the parts',
    async (algorithm) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 }),
          async (parts) => {
            const joined = await Promise.all(
              parts.map(async (part) => ({ value: await of(algorithm, part), size: part.length })),
            )
            expect(fullObjectChecksum(algorithm, joined)).toBe(await of(algorithm, ...parts))
          },
        ),
      )
    },
  )

  it('joins ten thousand parts at once', async () => {
    const part = Buffer.alloc(1000, 'x')
    const one = { value: await of('CRC32', part), size: part.length }
    const whole = await of('CRC32', Buffer.alloc(10_000_000, 'x'))
    expect(
      fullObjectChecksum(
        'CRC32',
        Array.from({ length: 10_000 }, () => one),
      ),
    ).toBe(whole)
  })

  it('makes a composite from the bytes of the parts’ checksums', async () => {
    const parts = [await of('SHA256', Buffer.from('a')), await of('SHA256', Buffer.from('b'))]
    const joined = createHash('sha256')
    for (const part of parts) joined.update(Buffer.from(part, 'base64'))
    expect(await compositeChecksum('SHA256', parts)).toBe(`${joined.digest('base64')}-2`)
  })

  it('knows names in any case, and no others', () => {
    expect(checksumAlgorithm('crc64nvme')).toBe('CRC64NVME')
    expect(checksumAlgorithm(undefined)).toBeUndefined()
    expect(() => checksumAlgorithm('MD5')).toThrow(/unsupported/)
  })
})
