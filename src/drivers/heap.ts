import { setFlagsFromString } from 'node:v8'

let kept = 0

/**
 * Keeps V8's space for young objects as large as it is, for the whole process, until what is given is called, once. In
 * a long listing or upload it would grow to 32 MB by and by, which is then filled with garbage, buffers outside the
 * heap with it. Short work is faster without.
 */
export function keepYoungSpaceSmall(): () => void {
  kept += 1
  setFlagsFromString('--semi-space-growth-factor=1')
  return () => {
    kept -= 1
    // V8's own default.
    if (kept === 0) setFlagsFromString('--semi-space-growth-factor=2')
  }
}
