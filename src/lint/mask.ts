import { isSecretName } from '../registry-config/secrets.ts'

/**
 * A text with the values of its secrets replaced by asterisks, each line as long as before, so that a caret still
 * points right. Goes by the names of the keys, since a text that is no YAML has nothing else. A value that goes on
 * below, indented deeper than its key's line, goes with it. Takes linear time, whatever the text.
 */
export function maskSecrets(text: string): string {
  // In Kubernetes a variable's name is a value itself, somewhere beside `value`.
  const valuesToo = [...text.matchAll(nameOfVariable)].some(([, name = '']) => isSecretName(name))
  /** The lines that hold this one, each deeper than the one before. */
  const holders: { readonly indent: number; readonly line: string }[] = []
  let deeperThan: number | undefined
  let awaited = false
  return text
    .split('\n')
    .map((line) => {
      const indent = line.search(/[^ \t\r]/)
      if (indent === -1) return line
      if (deeperThan !== undefined && indent > deeperThan) return stars(line)
      deeperThan = undefined
      while ((holders.at(-1)?.indent ?? -1) >= indent) holders.pop()
      const ofHttp = /^[ \t-]*["']?http["']?[ \t]*:/.test(holders.at(-1)?.line ?? '')
      holders.push({ indent, line })
      if (awaited && !/:([ \t\r]|$)/.test(line)) {
        awaited = false
        return stars(line)
      }
      const { masked, open, empty } = maskLine(line, { headers: !ofHttp, values: valuesToo })
      awaited = empty
      if (open) deeperThan = indent
      return masked.replace(base64, (_, before: string, value: string) => before + stars(value))
    })
    .join('\n')
}

/** What a Kubernetes Secret holds, under any name. */
const base64 = /^([ \t]+[\w.-]+:[ \t]+)([A-Za-z0-9+/]{40,}={0,2})[ \t]*$/
const nameOfVariable = /\bname["']?[ \t]*:[ \t]*["']?(\w+)/g
const ownLine = /^[ \t-]*["']?[\w-]+["']?[ \t]*[:=][ \t]*/
const value = /"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[[{].*|[^,}]*/y

interface MaskedLine {
  readonly masked: string
  /** The last secret may go on below, and has not begun here. */
  readonly open: boolean
  readonly empty: boolean
}

/** Keys that are secret in some places only. */
interface Also {
  readonly headers: boolean
  readonly values: boolean
}

function maskLine(line: string, also: Also): MaskedLine {
  const keys = /(?<=^|[{,\s"'=]|\\[nrt])([\w-]+)["']?[ \t]*[:=][ \t]*/g
  const keyEnd = ownLine.exec(line)?.[0].length
  let masked = ''
  let from = 0
  let open = false
  let empty = false
  for (let key = keys.exec(line); key !== null; key = keys.exec(line)) {
    const start = keys.lastIndex
    if (!isSecret(key[1] ?? '', line.slice(start, start + 1), also)) continue
    value.lastIndex = start
    // A key that begins its line has all of it.
    const end = start === keyEnd ? line.length : start + (value.exec(line)?.[0].length ?? 0)
    masked += line.slice(from, start) + stars(line.slice(start, end))
    from = end
    keys.lastIndex = end
    open =
      line.slice(end).trim() === '' && !/^(?:".*"|'.*'|\[.*\]|\{.*\})$/.test(line.slice(start, end).trim())
    empty = line.slice(start).trim() === ''
  }
  return { masked: masked + line.slice(from), open, empty }
}

/**
 * `token` is a section of auth too. The headers of an endpoint that is notified tell it who is asking, under any
 * name; those of http are for everyone.
 */
function isSecret(name: string, next: string, also: Also): boolean {
  const lower = name.toLowerCase()
  if (lower === 'token') return next !== '' && next !== '{'
  return (lower === 'headers' && also.headers) || (lower === 'value' && also.values) || isSecretName(name)
}

function stars(text: string): string {
  return '*'.repeat(text.length)
}
