import { randomInt } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

const randomName = (prefix: string, length: number): string =>
  prefix + Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

/** An id shaped as those of distributions and origin access controls: E and 13 upper-case letters or digits. */
export const newId = (): string => randomName('E', 13)

/** An id shaped as those of public keys: K and 13 upper-case letters or digits. */
export const newPublicKeyId = (): string => randomName('K', 13)

/** An id shaped as those of invalidations. */
export const newInvalidationId = (): string => randomName('I', 24)

/** The version of a resource; a new one with every change. */
export const newETag = (): string => randomName('E', 13)
