/**
 * Secrets never leave the program: keys, signatures, tokens and the credentials in a config are
 * replaced before a text is printed, logged or put in an error. Every reporter goes through here.
 */

const rules: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(-----END \1-----|$)/g, '[private key]'],
  [/([?&](?:X-Amz-)?(?:Signature|Security-Token|Policy)=)[^&\s"'<>]+/gi, '$1[redacted]'],
  [/([?&]X-Amz-Credential=)[^&\s"'<>]+/gi, '$1[redacted]'],
  [/(\bSignature=)[0-9a-f]{64}\b/g, '$1[redacted]'],
  [/(\bauthorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic)\s+)?)[^\s"',]+/gi, '$1[redacted]'],
  [
    /((?:secret[_-]?(?:access[_-]?)?key|password|token|accesskey|http[_-]?secret)["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
    '$1[redacted]',
  ],
  [/(\/\/[^/\s:@]*:)[^/\s@]+@/g, '$1[redacted]@'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '[access key]'],
]

/** `text` with everything that looks like a secret replaced. Never throws; idempotent. */
export function redact(text: string): string {
  let out = text
  for (const [pattern, replacement] of rules) out = out.replace(pattern, replacement)
  return out
}
