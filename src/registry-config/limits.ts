/**
 * A bounded look at a text before the YAML library gets it: the library needs some 180 bytes of memory for a byte of
 * YAML and recurses for nesting. A registry's config has a few kilobytes and some six levels.
 */
export const limits = { characters: 524_288, depth: 100 } as const

/** No more of a file than this need be read, in bytes, for `lookFirst` to see that it is too long. */
export const enoughBytes = 3 * (limits.characters + 2)

/** Whether `text` has more characters than any config. */
export function isTooLong(text: string): boolean {
  return text.length > limits.characters
}

export interface Refused {
  readonly message: string
  readonly offset: number
  /** The limit is ours: the registry might read the text. */
  readonly limit: boolean
}

/** Why `text` is not handed to the parser at all, or undefined. Linear in the text's length. */
export function lookFirst(text: string): Refused | undefined {
  if (isTooLong(text)) {
    return {
      message: `the file has more than ${limits.characters} characters, so it is no registry config`,
      offset: 0,
      limit: true,
    }
  }
  const control = forbidden.exec(text)
  if (control !== null)
    return { message: controlMessage(text, control[0]), offset: control.index, limit: isUtf16(text) }
  return undefined
}

/** What the registry's YAML reader takes for no character of a text. Source: yaml.v2 readerc.go. */
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it refuses.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Read as UTF-8, such a text begins with what is no UTF-8, or has a NUL at every other place. */
function isUtf16(text: string): boolean {
  return text.startsWith('\ufffd\ufffd') || (text[1] === '\0' && text[3] === '\0' && text[0] !== '\0')
}

function controlMessage(text: string, found: string): string {
  if (isUtf16(text)) return 'the file is UTF-16; save it as UTF-8'
  if (found === '\ufffd') return 'the file is not UTF-8 text'
  return `control characters are not allowed (U+${found.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()})`
}
