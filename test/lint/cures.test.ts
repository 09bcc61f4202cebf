import { expect, it } from 'vitest'
import { rules } from '../../src/lint/all.ts'
import { lint } from '../../src/lint/run.ts'
import { latest } from '../../src/registry-config/releases.ts'

it.each(rules.map((rule) => [rule.id, rule] as const))('%s says what to do', (id, rule) => {
  for (const { bad, release = latest, environment = {}, privateKey } of rule.examples) {
    const found = lint(bad, 'bad.yml', { release, environment, privateKey }).filter(
      (finding) => finding.id === id,
    )
    for (const finding of found) expect(finding.remedy?.text, finding.message).toMatch(/[.?:]$/)
  }
})
