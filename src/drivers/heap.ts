import { setFlagsFromString } from 'node:v8'

/** What V8 is told, for the whole process, and what it is by default. */
const measures = {
  /** The space for young objects stays as large as it is. */
  young: ['--semi-space-growth-factor=1', '--semi-space-growth-factor=2'],
  /** The heap grows by small steps. */
  steps: ['--optimize-for-size', '--no-optimize-for-size'],
} as const

type Measure = keyof typeof measures

const inUse: Record<Measure, number> = { young: 0, steps: 0 }

/**
 * Keeps V8's heap small until what is given is called, once. In a long listing or upload the space for young objects
 * would grow to 32 MB by and by, which is then filled with garbage, buffers outside the heap with it. Short work is
 * faster without; listings are slower by a fifth where the heap grows by small steps, uploads are not.
 */
export function keepHeapSmall(...which: readonly Measure[]): () => void {
  for (const measure of which) {
    inUse[measure] += 1
    setFlagsFromString(measures[measure][0])
  }
  return () => {
    for (const measure of which) {
      inUse[measure] -= 1
      if (inUse[measure] === 0) setFlagsFromString(measures[measure][1])
    }
  }
}
