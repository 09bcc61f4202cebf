import { secretNames } from '../registry-config/secrets.ts'

/**
 * A text with the values of its secrets replaced by asterisks, each line as long as before, so that a caret still
 * points right. Goes by the names of the keys, since a text that is no YAML has nothing else. A value that goes on
 * below, indented deeper than its key's line, goes with it.
 */
export function maskSecrets(text: string): string {
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
      const holder = holders.at(-1)?.line ?? ''
      holders.push({ indent, line })
      if (awaited && !/:([ \t\r]|$)/.test(line)) {
        awaited = false
        return stars(line)
      }
      const own = ownLine.exec(line) ?? (isHttp.test(holder) ? null : headers.exec(line))
      const masked = own === null ? line.replace(inline, masking) : masking('', own[1] ?? '', own[2] ?? '')
      const last = own ?? lastInLine.exec(line)
      awaited = last !== null && last[2]?.trim() === ''
      if (last !== null) deeperThan = indent
      return masked.replace(base64, masking)
    })
    .join('\n')
}

/** `token` is a section of auth too; headers may have any name, and these are the usual ones. */
const names = `(?:\\w*_)?(?:${secretNames.join('|')}|[\\w-]*authorization|[\\w-]*cookie|[\\w-]*-key|[\\w-]*-token|token(?=["']?[ \\t]*[:=][ \\t]*[^\\s{]))`
const key = `(?:${names})["']?[ \\t]*[:=][ \\t]*`
const ownLine = new RegExp(`^([ \\t-]*["']?${key})(.*)$`, 'i')
const lastInLine = new RegExp(`(^|[{,\\s"'])${key}(\\s*|"[^"]*|'[^']*|\\[[^\\]]*|\\{[^}]*|[^,}"']+)$`, 'i')
const inline = new RegExp(`((?:^|[{,\\s"'])${key})("[^"]*"?|'[^']*'?|\\[[^\\]]*|\\{[^}]*|[^,}]+)`, 'gi')
/** The headers of an endpoint that is notified, which is to be told who is asking; those of http are for everyone. */
const headers = /^(.*\bheaders["']?[ \t]*:[ \t]*)(.*)$/i
const isHttp = /^[ \t-]*["']?http["']?[ \t]*:/
/** What a Kubernetes Secret holds, under any name. */
const base64 = /^([ \t]+[\w.-]+:[ \t]+)([A-Za-z0-9+/]{40,}={0,2})[ \t]*$/

function masking(_: string, before: string, value: string): string {
  return before + stars(value)
}

function stars(value: string): string {
  return '*'.repeat(value.length)
}
