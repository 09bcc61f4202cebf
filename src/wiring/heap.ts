import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's space for young objects as large as it is, for the whole process. It would grow to 32 MB by and by, which
 * what a driver reads and writes then fills with garbage, buffers outside the heap with it.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
