import { isBreak } from './characters.ts'

/** A text and how far it has been read; lines and columns are counted as YAML does, in characters. */
export interface Source {
  readonly text: string
  /** The offset of the next character, in UTF-16 code units. */
  at: number
  line: number
  /** The character at `at` plus `ahead`; NaN at the end of the text. */
  code(ahead?: number): number
  /** How many characters stand before `at` in its line. */
  column(): number
  /** Goes on by `count` code units, none of which is a line break. */
  skip(count?: number): void
  /** Goes past a line break and returns it, as a line feed but for the two Unicode separators. */
  skipBreak(): string
  /** Whether a line that begins here is `---` or `...`. */
  atDocumentMark(): boolean
}

/** Reads `text` from `at`, which is the beginning of a line. */
export function openSource(text: string, at: number): Source {
  /** Where the line begins, moved on by one for each character of two code units. */
  let lineStart = at
  const source: Source = {
    text,
    at,
    line: 0,
    code: (ahead = 0) => text.charCodeAt(source.at + ahead),
    column: () => source.at - lineStart,
    skip(count = 1) {
      for (let i = 0; i < count; i += 1) {
        const code = text.charCodeAt(source.at)
        if (code >= 0xd800 && code <= 0xdbff) lineStart += 1
        source.at += 1
      }
    },
    skipBreak() {
      const code = source.code()
      source.at += code === 0x0d && source.code(1) === 0x0a ? 2 : 1
      source.line += 1
      lineStart = source.at
      return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n'
    },
    atDocumentMark() {
      if (source.at !== lineStart) return false
      const mark = text.slice(source.at, source.at + 3)
      if (mark !== '---' && mark !== '...') return false
      const next = source.code(3)
      return next === 0x20 || next === 0x09 || isBreak(next) || Number.isNaN(next)
    },
  }
  return source
}

/** Why a text is not YAML, in the words of the registry's reader, and where. */
export class NotYaml extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}
