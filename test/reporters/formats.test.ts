import { readFileSync } from 'node:fs'
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import { Ajv } from 'ajv'
import AjvDraft04 from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import type { Finding } from '../../src/core/finding.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import { rules } from '../../src/lint/all.ts'
import { lint } from '../../src/lint/run.ts'
import { github } from '../../src/reporters/github.ts'
import { gitlab } from '../../src/reporters/gitlab.ts'
import { junit } from '../../src/reporters/junit.ts'
import { sarif as sarifReport } from '../../src/reporters/sarif.ts'
import { peer } from '../support/peers.ts'

/** What CI systems read, held against the formats' own schemas: of the findings of every rule's examples, and of the worst we can think of. */

const files = [
  './config.yml',
  'a b/häfen, 100%.yml',
  'C:\\registry\\config.yml',
  '/etc/#1/a:b?.yml',
  '<stdin>',
]
const nasty = 'two\r\nlines, "quotes" \'and\' <tags> & ]]> \u0000\u001b[31m %0A :: , é \u{1f40b} \ud800'

function outcome(
  findings: readonly Finding[],
  subject = 'config.yml',
): Extract<Outcome, { kind: 'findings' }> {
  const about = Object.fromEntries(rules.map(({ id, summary, why }) => [id, { summary, why }]))
  return { kind: 'findings', findings, sources: {}, subject, failOn: 'error', rules: about }
}

const worst = files.flatMap((file, index): Finding[] => [
  {
    id: 's3-bucket',
    severity: (['error', 'warning', 'note'] as const)[index % 3] ?? 'error',
    message: nasty,
    place: { kind: 'file', file, line: index + 1, column: 2 },
    cause: nasty,
    evidence: { expected: nasty, actual: '' },
    remedy: { text: nasty, commands: [nasty] },
  },
  {
    id: 'ca-bundle',
    severity: 'error',
    message: 'x',
    place: { kind: 'variable', name: 'AWS_CA_BUNDLE', file },
  },
])
const placeless: Finding[] = [
  { id: 'upgrade', severity: 'note', message: 'no place' },
  { id: 'bucket', severity: 'error', message: 'x', place: { kind: 'resource', type: 'S3 bucket', id: 'b' } },
  { id: 'path', severity: 'error', message: 'x', place: { kind: 'path', path: '/docker' } },
]

const sarif = (one: Outcome) => sarifReport(one, { version: '1.2.3' })

const ofLint = rules.flatMap(({ examples }) =>
  examples.flatMap(({ bad, good, release, environment = {}, privateKey }, index) =>
    [bad, good].map((text) =>
      outcome(lint(text, files[index % files.length] ?? '', { release, environment, privateKey })),
    ),
  ),
)
const ofFindings = [...ofLint, outcome(worst, nasty), outcome([], '')]
const ofAnything = [...ofFindings, outcome(placeless)]

const verdicts: readonly Verdict[] = (['pass', 'fail', 'skip', 'blocked', 'crash'] as const).map(
  (status, index) => ({
    id: `append/${status}`,
    title: `an upload goes on: ${nasty}`,
    status,
    findings: status === 'fail' ? worst : [],
    ...(status === 'pass' ? {} : { reason: nasty }),
    ms: index * 1234.5678,
  }),
)
const ofVerdicts: Outcome = { kind: 'verdicts', subject: nasty, verdicts, failOn: 'error' }

describe('SARIF', () => {
  const ajv = new AjvDraft04.default({ strict: false, unicodeRegExp: false })
  addFormats.default(ajv)
  const validate = ajv.compile(sarifSchema)

  it('is valid 2.1.0, of every rule’s findings', () => {
    expect(ofLint.length).toBeGreaterThan(200)
    for (const one of ofAnything) {
      const text = sarif(one)
      expect(validate(JSON.parse(text)) || [text, validate.errors]).toBe(true)
    }
  })

  it.each<[string, (log: Log) => unknown]>([
    ['another version', (log) => ({ ...log, version: '2.0' })],
    ['no tool', ({ runs, ...log }) => ({ ...log, runs: [{ results: runs[0]?.results }] })],
    ['a level of ours', (log) => edited(log, '"level": "error"', '"level": "fatal"')],
    ['a line 0', (log) => edited(log, '"startLine": 1', '"startLine": 0')],
    ['a file name that is no URI', (log) => edited(log, '"uri": "config.yml"', '"uri": "a b"')],
  ])('is checked: the schema refuses %s', (_, spoil) => {
    expect(validate(spoil(JSON.parse(sarif(outcome(worst))) as Log))).toBe(false)
  })

  it('has what code scanning needs: a rule with words, and a place in a file for each result', () => {
    for (const one of ofFindings) {
      const { runs } = JSON.parse(sarif(one)) as Log
      const [{ results, tool } = { results: [], tool: { driver: { rules: [] } } }] = runs
      for (const { ruleId, ruleIndex, locations, message } of results) {
        expect(tool.driver.rules[ruleIndex]).toMatchObject({
          id: ruleId,
          shortDescription: { text: expect.stringMatching(/./) },
          fullDescription: { text: expect.stringMatching(/./) },
          help: { text: expect.stringMatching(/./) },
        })
        expect(locations?.[0]?.physicalLocation.region.startLine).toBeGreaterThanOrEqual(1)
        expect(message.text).not.toMatch(/(?<!\.)\.\.(?!\.)|\. \.|undefined/)
      }
    }
  })

  it('names files so that they come back as they were', () => {
    const { runs } = JSON.parse(sarif(outcome(worst))) as Log
    const named = runs[0]?.results.map(({ locations }) =>
      decodeURIComponent(locations?.[0]?.physicalLocation.artifactLocation.uri ?? ''),
    )
    const wanted = files.map((file) => file.replace('./', '').replaceAll('\\', '/'))
    expect([...new Set(named)]).toEqual(wanted)
  })
})

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly object[] } }
    readonly results: readonly {
      readonly ruleId: string
      readonly ruleIndex: number
      readonly message: { readonly text: string }
      readonly locations?: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string }
          readonly region: { readonly startLine: number }
        }
      }[]
    }[]
  }[]
}

function edited(log: object, from: string, to: string): unknown {
  const text = JSON.stringify(log, null, 2)
  expect(text).toContain(from)
  return JSON.parse(text.replace(from, to))
}

describe('JUnit', () => {
  const all = [...ofAnything, ofVerdicts].map(junit)
  const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === 'testcase' })

  it('counts what it holds', () => {
    for (const xml of all) {
      const { testsuite } = parser.parse(xml, true).testsuites
      const cases = testsuite.testcase ?? []
      const count = (what: string) => cases.filter((one: object) => what in one).length
      expect(testsuite).toMatchObject({
        '@_tests': String(cases.length),
        '@_failures': String(count('failure')),
        '@_errors': String(count('error')),
        '@_skipped': String(count('skipped')),
      })
    }
  })

  describe.skipIf(!peer('junit-xsd'))('against Jenkins’ schema', () => {
    const xsd = peer('junit-xsd') ?? ''
    const valid = async (documents: readonly string[]) =>
      validateXML({
        xml: documents.map((contents, index) => ({ fileName: `${index}.xml`, contents })),
        schema: readFileSync(xsd, 'utf8'),
      })

    it('is valid, of every rule’s findings and of every kind of verdict', async () => {
      expect(await valid(all)).toMatchObject({ errors: [], valid: true })
    })

    it.each([
      ['a case without a name', ' name="', ' nom="'],
      ['an element of ours', '<failure ', '<broken '],
      ['a time that is no number', ' time="0.000"', ' time="soon"'],
      ['text that is no XML', '<testsuite ', '<testsuite <'],
    ])('is checked: the schema refuses %s', async (_, from, to) => {
      const xml = junit(outcome(worst))
      const broken = xml
        .replaceAll(from, to)
        .replaceAll('</failure>', to === '<broken ' ? '</broken>' : '</failure>')
      expect(broken).not.toBe(xml)
      expect((await valid([broken])).valid).toBe(false)
    })
  })
})

/** What GitLab reads of a Code Quality report. Source: GitLab, Code Quality report format. */
const codeQuality = {
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          path: { type: 'string', minLength: 1, not: { type: 'string', pattern: '^\\./' } },
          lines: {
            type: 'object',
            required: ['begin'],
            properties: { begin: { type: 'integer', minimum: 1 } },
          },
        },
      },
    },
  },
}

describe('GitLab', () => {
  const validate = new Ajv().compile(codeQuality)

  it('has all that a Code Quality report needs, and no fingerprint twice', () => {
    for (const one of ofAnything) {
      const issues = JSON.parse(gitlab(one)) as readonly { readonly fingerprint: string }[]
      expect(validate(issues) || [issues, validate.errors]).toBe(true)
      expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length)
    }
  })

  it('keeps fingerprints when lines move', () => {
    const moved = worst.map((finding) =>
      finding.place?.kind === 'file' ? { ...finding, place: { ...finding.place, line: 99 } } : finding,
    )
    const prints = (findings: readonly Finding[]) =>
      (JSON.parse(gitlab(outcome(findings))) as { fingerprint: string }[]).map(
        ({ fingerprint }) => fingerprint,
      )
    expect(prints(moved)).toEqual(prints(worst))
  })
})

describe('GitHub', () => {
  it('is one workflow command a finding, which the runner reads back as it was meant', () => {
    for (const one of ofAnything) {
      const lines = github(one).split('\n').slice(0, -1)
      expect(lines.length).toBe(one.findings.length)
      for (const [index, line] of lines.entries()) {
        const { command, properties, message } = readCommand(line)
        const finding = one.findings[index]
        expect(command).toBe(
          { error: 'error', warning: 'warning', note: 'notice' }[finding?.severity ?? 'note'],
        )
        expect(properties.title).toBe(finding?.id)
        expect(message).toContain(finding?.message)
        if (finding?.place?.kind === 'file') {
          expect(properties).toMatchObject({
            file: finding.place.file.replace('./', ''),
            line: String(finding.place.line),
            col: String(finding.place.column),
          })
        }
      }
    }
  })

  it('tells verdicts that are no pass', () => {
    const titles = github(ofVerdicts)
      .split('\n')
      .slice(0, -1)
      .map((line) => readCommand(line).properties.title)
    expect(new Set(titles)).toEqual(new Set(['append/fail', 'append/blocked', 'append/crash']))
    expect(titles.length).toBe(worst.length + 2)
  })
})

/** A workflow command as GitHub's runner reads it: properties end at the next `::`, each of them at a comma. */
function readCommand(line: string) {
  const [, command = '', list = '', message = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? []
  const plain = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n')
  const property = (text: string) =>
    plain(text).replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%')
  const properties: Record<string, string | undefined> = Object.fromEntries(
    list.split(',').map((one) => [one.slice(0, one.indexOf('=')), property(one.slice(one.indexOf('=') + 1))]),
  )
  return { command, properties, message: plain(message).replaceAll('%25', '%') }
}
