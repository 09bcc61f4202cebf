/**
 * Secrets never leave the program: keys, signatures, tokens and the credentials in a config are replaced in the data
 * of an outcome before any reporter sees it, and in everything that is written to stderr.
 */

/** Keys of the registry's config, of AWS and of their tools whose values are secret. `token` is a section, not a secret. */
const names =
  '(?:aws[_-]?)?secret[_-]?access[_-]?key|secret[_-]?key|access[_-]?key|(?:aws[_-]?)?session[_-]?token|access[_-]?key[_-]?secret|account[_-]?key|(?:sentinel)?password|passwd|passphrase|client[_-]?secret|http[_-]?secret|secret|api[_-]?key|license[_-]?key'
const done = String.raw`(?!\[redacted|\[access key)`

const rules: readonly (readonly [RegExp, string])[] = [
  // Query parameters of signed URLs, and the header form of SigV4.
  [/([?&](?:X-Amz-)?(?:Signature|Security-Token|Policy)=)[^&\s"'<>]+/gi, '$1[redacted]'],
  [/([?&]X-Amz-Credential=)[^&\s"'<>]+/gi, '$1[redacted]'],
  [/(\bSignature=)[0-9a-f]{64}\b/g, '$1[redacted]'],
  // Credentials in headers: a header's own line, and a bearer token wherever it stands.
  [
    /(\bauthorization["']?[ \t]*[:=][ \t]*\[?[ \t]*["']?)(?!(?:(?:bearer|basic)[ \t]+)?\[redacted)((?:(?:bearer|basic)[ \t]+)?)[^\s"',\][]+/gi,
    '$1$2[redacted]',
  ],
  [/\b(Bearer|Basic)[ \t]+(?=\S*[0-9=+/_.-])[A-Za-z0-9._~+/=-]{6,}/g, '$1 [redacted]'],
  // A line of a config, a quoted value anywhere, a value in a flow mapping, an assignment.
  [
    new RegExp(
      String.raw`^([ \t]*(?:- )?["']?(?:${names})["']?[ \t]*:[ \t]+)${done}(?!["'{\[&*|>])\S.*$`,
      'gim',
    ),
    '$1[redacted]',
  ],
  [
    new RegExp(String.raw`(["']?\b(?:${names})["']?[ \t]*:[ \t]*)(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*')`, 'gi'),
    '$1[redacted]',
  ],
  [
    new RegExp(
      String.raw`([{,][ \t]*["']?(?:${names})["']?[ \t]*:[ \t]*)${done}[^\s"'{\[,}\]][^,}\]\n]*`,
      'gi',
    ),
    '$1[redacted]',
  ],
  [
    new RegExp(
      String.raw`(\b[A-Z0-9_]*(?:SECRET|PASSWORD|PASSWD|TOKEN|ACCESS_?KEY)[A-Z0-9_]*=)${done}(?:"[^"\n]*"|'[^'\n]*'|[^\s&]+)`,
      'g',
    ),
    '$1[redacted]',
  ],
  // User information of a URL, up to its last @.
  [/(\/\/[^/\s:@"']*:)(?!\[redacted\]@)[^\s/"']*@/g, '$1[redacted]@'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '[access key]'],
]

/** A private key from its first line to its last, whole or cut, with real line ends or written ones. */
const gap = String.raw`(?:\\r|\\n|\s)`
const header = String.raw`(?:Proc-Type|DEK-Info):[^\n\\]*`
const privateKey = new RegExp(
  String.raw`-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----${gap}*(?:[A-Za-z0-9+/=]{16,}|${header})(?:${gap}+(?:[A-Za-z0-9+/=]+|${header}))*${gap}*(?:-----END \1-----)?`,
  'g',
)

/** `text` with everything that looks like a secret replaced; it keeps its number of lines. Never throws; idempotent. */
export function redact(text: string): string {
  let out = text.replace(privateKey, (key) => `[private key]${'\n'.repeat(key.split('\n').length - 1)}`)
  for (const [pattern, replacement] of rules) out = out.replace(pattern, replacement)
  return out
}

/** The same for every text in `data`, however deep; what is no text stays as it is. */
export function redactAll<T>(data: T): T {
  return visit(data) as T
}

function visit(data: unknown): unknown {
  if (typeof data === 'string') return redact(data)
  if (Array.isArray(data)) return data.map(visit)
  if (data === null || typeof data !== 'object' || Object.getPrototypeOf(data) !== Object.prototype)
    return data
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, visit(value)]))
}
