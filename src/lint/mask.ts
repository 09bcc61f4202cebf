import { secretNames } from '../registry-config/secrets.ts'

/**
 * A text with the values of its secrets replaced by asterisks, each line as long as before, so that a caret still
 * points right. Goes by the names of the keys, since a text that is no YAML has nothing else.
 */
export function maskSecrets(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const bare = /^([ \t-]*["']?(?:[A-Z_]*_)?(\w*)["']?[ \t]*[:=][ \t]*)(\S.*)$/.exec(line)
      if (bare !== null && isSecret(bare[2] ?? '')) return (bare[1] ?? '') + stars(bare[3] ?? '')
      const masked = line.replace(inline, (_, before: string, value: string) => before + stars(value))
      // What a Secret holds is base64 under any name.
      return masked.replace(
        /^([ \t]+[\w.-]+:[ \t]+)([A-Za-z0-9+/]{40,}={0,2})[ \t]*$/,
        (_, before: string, value: string) => before + stars(value),
      )
    })
    .join('\n')
}

const names = [...secretNames, 'token'].join('|')
const inline = new RegExp(
  `((?:^|[{,\\s"'])(?:\\w*_)?(?:${names})["']?[ \\t]*[:=][ \\t]*)("[^"]*"?|'[^']*'?|[^\\s,}]+)`,
  'gi',
)

function isSecret(name: string): boolean {
  return new RegExp(`^(?:${names})$`, 'i').test(name)
}

function stars(value: string): string {
  return '*'.repeat(value.length)
}
