import { createCipheriv, createHash } from 'node:crypto'
import type { RandomSource } from './case.ts'

/**
 * Random bytes that a seed gives again: the key stream of AES in counter mode. `label` keeps the cases of one run apart.
 * Not for secrets.
 */
export function randomSource(seed: number, label: string): RandomSource {
  const key = (part: number) =>
    createHash('sha256').update(`${seed}/${label}/${part}`).digest().subarray(0, 16)
  const own = createCipheriv('aes-128-ctr', key(0), Buffer.alloc(16))
  let noises = 0
  const bytes = (length: number) => own.update(Buffer.alloc(length))
  const integer = (below: number) => Math.floor((bytes(4).readUInt32BE() / 2 ** 32) * below)
  return {
    bytes,
    integer,
    name(length = 12) {
      return Array.from(bytes(length), (byte) => alphabet[byte % alphabet.length]).join('')
    },
    noise() {
      noises += 1
      const stream = createCipheriv('aes-128-ctr', key(noises), Buffer.alloc(16))
      let twice: Buffer | undefined
      return (offset, length) => {
        if (twice === undefined) {
          const once = stream.update(Buffer.alloc(period))
          twice = Buffer.concat([once, once])
        }
        const from = offset % period
        if (from + length <= twice.length) return twice.subarray(from, from + length)
        const rounds = Math.ceil((from + length) / period)
        return Buffer.concat(Array<Buffer>(rounds).fill(twice.subarray(0, period))).subarray(
          from,
          from + length,
        )
      }
    },
  }
}

/**
 * Bytes after which noise comes again: a prime, so that no two parts, pages or pieces of a round length are alike. Made
 * once, it costs nothing to write and to compare by the gigabyte.
 */
const period = 1_048_583

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
