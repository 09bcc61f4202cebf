/**
 * A bounded look at a text before the YAML library gets it: the library needs some 180 bytes of memory for a byte of
 * YAML and recurses for nesting. A registry's config has a few kilobytes and some six levels.
 */
const limits = { characters: 524_288, depth: 100 } as const

export interface Refused {
  readonly message: string
  readonly offset: number
  /** The limit is ours: the registry might read the text. */
  readonly limit: boolean
}

/** Why `text` is not handed to the parser at all, or undefined. Linear in the text's length. */
export function lookFirst(text: string): Refused | undefined {
  if (text.length > limits.characters) {
    return {
      message: `the file has more than ${limits.characters} characters, so it is no registry config`,
      offset: 0,
      limit: true,
    }
  }
  const control = forbidden.exec(text)
  if (control !== null)
    return { message: controlMessage(text, control[0]), offset: control.index, limit: isUtf16(text) }
  const deep = tooDeep(text)
  if (deep !== undefined) {
    return {
      message: `the file is nested more than ${limits.depth} levels deep, so it is no registry config`,
      offset: deep,
      limit: true,
    }
  }
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

/** The offset where nesting passes the limit. Counts brackets outside quotes and comments, indents, and dashes in a row. */
function tooDeep(text: string): number | undefined {
  const indents: number[] = []
  let flow = 0
  let quote = ''
  let before = '\n'
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (quote !== '') {
      if (char === '\\' && quote === '"') at += 1
      else if (char === quote) quote = ''
      continue
    }
    if (before === '\n' && flow === 0) {
      const indent = leading(text, at)
      if (indent.blank) {
        at = indent.end
        continue
      }
      while ((indents.at(-1) ?? -1) >= indent.columns[0]) indents.pop()
      indents.push(...indent.columns)
      if (indents.length > limits.depth) return at
      if (indent.end > at) {
        at = indent.end - 1
        before = '-'
        continue
      }
    }
    if (char === '#' && /[\s]/.test(text[at - 1] ?? '\n')) {
      const end = text.indexOf('\n', at)
      if (end === -1) return undefined
      at = end
      before = '\n'
      continue
    }
    if ((char === '"' || char === "'") && /[\n:,[{?-]/.test(before)) quote = char
    else if (char === '[' || char === '{') flow += 1
    else if (char === ']' || char === '}') flow = Math.max(0, flow - 1)
    if (indents.length + flow > limits.depth) return at
    if (char !== ' ' && char !== '\t' && char !== '\r') before = char
  }
  return undefined
}

/** The columns at which levels begin at the start of a line: its indent, and one more for each dash or question mark. */
function leading(
  text: string,
  at: number,
): { readonly columns: readonly [number, ...number[]]; readonly end: number; readonly blank: boolean } {
  let end = at
  while (text[end] === ' ') end += 1
  const columns: [number, ...number[]] = [end - at]
  while (
    /[-?:]/.test(text[end] ?? '') &&
    /[ \t]/.test(text[end + 1] ?? '') &&
    columns.length <= limits.depth
  ) {
    end += 1
    while (text[end] === ' ' || text[end] === '\t') end += 1
    columns.push(end - at)
  }
  const newline = text.indexOf('\n', end)
  const blank =
    columns.length === 1 &&
    (end >= text.length || text[end] === '\n' || text[end] === '\r' || text[end] === '#')
  return { columns, end: blank ? (newline === -1 ? text.length : newline) : end, blank }
}
