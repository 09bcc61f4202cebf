import { createCipheriv, createHash } from 'node:crypto'
import type { RandomSource } from './case.ts'

/**
 * Random bytes that a seed gives again: the key stream of AES in counter mode, which is fast enough to make 5 GiB
 * and can be entered at any offset. `label` keeps the cases of one run apart. Not for secrets.
 */
export function randomSource(seed: number, label: string): RandomSource {
  const key = (part: number) =>
    createHash('sha256').update(`${seed}/${label}/${part}`).digest().subarray(0, 16)
  const own = createCipheriv('aes-128-ctr', key(0), Buffer.alloc(16))
  let noises = 0
  const bytes = (length: number) => own.update(zeros(length))
  const integer = (below: number) => Math.floor((bytes(4).readUInt32BE() / 2 ** 32) * below)
  return {
    bytes,
    integer,
    name(length = 12) {
      return Array.from(bytes(length), (byte) => alphabet[byte % alphabet.length]).join('')
    },
    noise() {
      noises += 1
      const noiseKey = key(noises)
      return (offset, length) => {
        const counter = Buffer.alloc(16)
        counter.writeBigUInt64BE(BigInt(Math.floor(offset / 16)), 8)
        const lead = offset % 16
        return createCipheriv('aes-128-ctr', noiseKey, counter)
          .update(zeros(lead + length))
          .subarray(lead)
      }
    },
  }
}

/** What a key stream is laid over; never written to. */
const plain = Buffer.alloc(1_048_592)

const zeros = (length: number) => (length <= plain.length ? plain.subarray(0, length) : Buffer.alloc(length))

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
