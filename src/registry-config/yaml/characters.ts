/** The classes of characters that YAML 1.1 knows; an offset beyond the text is its end, which has no character. */

/** A letter, a digit, `_` or `-`: what names and tag handles are made of. */
export function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x2d
  )
}

/** A space or a tab. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** Line feed, carriage return, next line, and the separators of lines and paragraphs. */
export function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029
}

/** A break or the end of the text. */
export function isBreakOrEnd(code: number): boolean {
  return isBreak(code) || Number.isNaN(code)
}

/** A blank, a break, or the end of the text. */
export function isSpaceOrEnd(code: number): boolean {
  return isBlank(code) || isBreak(code) || Number.isNaN(code)
}

/** What line breaks between two parts of one scalar become: one is a space, of several the first falls away. */
export function fold(first: string, more: string): string {
  if (first.startsWith('\n')) return more === '' ? ' ' : more
  return first + more
}
