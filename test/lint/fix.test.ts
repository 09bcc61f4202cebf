import { expect, it } from 'vitest'
import { applyEdits, unifiedDiff } from '../../src/lint/fix.ts'
import { lint } from '../../src/lint/run.ts'
import { parseRelease } from '../../src/registry-config/releases.ts'

const fixed = (text: string, release = '3.1') => {
  const findings = lint(text, 'c.yml', { release: parseRelease(release), environment: {} })
  return applyEdits(
    text,
    findings.flatMap(({ fix = [] }) => fix),
  )
}

it('corrects what is certain, and leaves comments and layout alone', () => {
  const text = `# the registry
version:   0.1
storage:
    s3:   # at S3
        bucket: "my-registry"
        region:    eu-west-1
        forcePathStyle:   true   # for MinIO
        rootdirectory: 0755
    delete: {enabled:   "true"}   # tags go
    redirect: { disabled: true }
    maintenance: {readonly: true}

http: {addr: ":5000",prefix: registry}
`
  expect(fixed(text).split('\n')).toEqual(
    text
      .replace('forcePathStyle', 'forcepathstyle')
      .replace('0755', '"0755"')
      .replace('"true"', 'true')
      .replace('disabled:', 'disable:')
      .replace('readonly: true', 'readonly: {enabled: true}')
      .replace('prefix: registry', 'prefix: /registry/')
      .split('\n'),
  )
})

it('leaves nothing to correct the second time', () => {
  const once = fixed(
    'version: 0.1\nstorage: {inmemory: {}, delete: {Enabled: "true"}}\nredis: {addr: "r:6379"}\nhttp: {ADDR: ":5000"}\n',
  )
  expect(once).toContain('redis: {addrs: ["r:6379"]}')
  expect(once).toContain('addr: ":5000"')
  expect(fixed(fixed(once))).toBe(fixed(once))
})

it('guesses nothing', () => {
  for (const line of [
    'forcepathstyl: true',
    'chunksize: 10MB',
    'forcePathStyle: true\n    forcepathstyle: false',
  ]) {
    const text = `version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    ${line}\n`
    expect(fixed(text)).toBe(text)
  }
})

it('leaves what goes on over several lines', () => {
  const text = 'version: 0.1\nstorage: inmemory\nredis: {addr: "redis:6379\n  "}\n'
  expect(fixed(text)).toBe(text)
})

it('shows a change of one line as one line', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n')
  expect(unifiedDiff(before, before.replace('line 10', 'LINE 10'), 'f')).toBe(
    '--- f\n+++ f\n@@ -8,7 +8,7 @@\n line 7\n line 8\n line 9\n-line 10\n+LINE 10\n line 11\n line 12\n line 13\n',
  )
  expect(unifiedDiff(before, before, 'f')).toBe('')
})
