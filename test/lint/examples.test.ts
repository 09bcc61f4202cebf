import { describe, expect, it } from 'vitest'
import { rules } from '../../src/lint/all.ts'
import { lint } from '../../src/lint/run.ts'
import { latest } from '../../src/registry-config/releases.ts'

describe.each(rules.map((rule) => [rule.id, rule] as const))('rule %s', (id, rule) => {
  it.each(rule.examples.map((example, index) => [index, example] as const))('example %i', (_, example) => {
    const release = example.release ?? latest
    const environment = example.environment ?? {}
    const bad = lint(example.bad, 'bad.yml', { release, environment, privateKey: example.privateKey })
    expect(bad.map((finding) => finding.id)).toContain(id)
    const good = lint(example.good, 'good.yml', {
      release,
      environment: example.goodEnvironment ?? environment,
      privateKey: example.goodPrivateKey ?? example.privateKey,
    })
    expect(good.filter((finding) => finding.id === id)).toEqual([])
    expect(good.filter((finding) => finding.severity === 'error')).toEqual([])
  })
})
