import type { LintFinding } from '../../../src/lint/run.ts'

/**
 * Where the registry's answer is none of the config's alone, so that lint warns and promises nothing. Each is argued in
 * docs/decisions/10-excused-differences.md, by its rule.
 */
export const excused: readonly { readonly rule: string; readonly said: RegExp }[] = [
  // It takes one of two providers at random.
  { rule: 'auth-at-random', said: /(?:)/ },
  // It reads a file from S3 before it serves.
  {
    rule: 'proxy-on-s3',
    said: /panic: s3aws: (?:NoCredentialProviders|RequestError|.*(?:status code|Forbidden|AccessDenied))/,
  },
]

/** Whether lint warns of what made the registry say `message`. */
export function isExcused(findings: readonly LintFinding[], message: string): boolean {
  return excused.some(({ rule, said }) => said.test(message) && findings.some(({ id }) => id === rule))
}
