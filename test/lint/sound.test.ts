import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findSubjects } from '../../src/lint/find.ts'
import { lint } from '../../src/lint/run.ts'
import { parseRelease } from '../../src/registry-config/releases.ts'

/** Configs that nothing is wrong with, of all kinds; the first line names the release where it is not the latest. */
const folder = join(import.meta.dirname, 'sound')
const files = readdirSync(folder)

describe('a sound config', () => {
  it('has many examples', () => expect(files.length).toBeGreaterThanOrEqual(60))

  it.each(files)('raises no error and no warning: %s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const named = /^# registry: (\S+)/.exec(text)?.[1]
    const release = named === undefined ? undefined : parseRelease(named)
    expect(findSubjects(text, file, {}).length).toBeGreaterThan(0)
    const findings = lint(text, file, { release, environment: {} })
    expect(
      findings.filter(({ severity }) => severity !== 'note').map(({ id, message }) => `${id}: ${message}`),
    ).toEqual([])
  })
})
