/**
 * A bounded look at a text before the YAML library gets it: the library needs some 180 bytes of memory for a
 * byte of YAML and recurses for nesting. A registry's config has a few kilobytes and some six levels.
 */
export const limits = { bytes: 1_048_576, depth: 100 } as const

/** Why `text` is not handed to the parser at all, or undefined. Linear in the text's length. */
export function lookFirst(text: string): { readonly message: string; readonly offset: number } | undefined {
  if (text.length > limits.bytes) {
    return {
      message: `the file has more than ${limits.bytes} characters, so it is no registry config`,
      offset: 0,
    }
  }
  return undefined
}
