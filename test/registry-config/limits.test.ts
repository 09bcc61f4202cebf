import { describe, expect, it } from 'vitest'
import { lint } from '../../src/lint/run.ts'
import { parserCase } from '../support/oracle/generate.ts'
import { random } from '../support/oracle/random.ts'

const judge = (text: string) => lint(text, 'c.yml', { release: undefined, environment: {} })
const first = (text: string) => judge(text)[0]?.message ?? ''

describe('hostile input', () => {
  const deep = 20_000
  it.each([
    ['flow lists', `a: ${'['.repeat(deep)}`],
    ['closed flow lists', `a: ${'['.repeat(deep)}${']'.repeat(deep)}`],
    ['flow maps', '{a: '.repeat(deep)],
    ['quoted keys', '{"a":'.repeat(deep)],
    ['dashes', `${'- '.repeat(deep)}a`],
    ['question marks', `${'? '.repeat(deep)}a`],
    ['indents', Array.from({ length: 400 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ])('is turned away when it is too deep: %s', (_, text) => {
    expect(first(text)).toMatch(/nested more than 100 levels/)
  })

  it.each([
    ['a file of 50 MB', 'a'.repeat(50_000_000), /more than 524288 characters/],
    ['NUL', 'version: 0.1\0', /control characters are not allowed \(U\+0000\)/],
    ['UTF-16', Buffer.from('\ufeffversion: 0.1', 'utf16le').toString('utf8'), /UTF-16; save it as UTF-8/],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0x62]).toString('utf8'), /not UTF-8/],
    ['half a character', 'a: \ud800', /control characters/],
    ['tabs', 'version: 0.1\nstorage:\n\tinmemory:', /: a tab/],
    ['a key of a thousand signs', `${'x'.repeat(3000)}: 1`, /1024/],
  ])('is named: %s', (_, text, message) => expect(first(text)).toMatch(message))

  it('is read as far as the registry reads it: a byte order mark, carriage returns', () => {
    expect(judge('\ufeffversion: 0.1\r\nstorage: inmemory\r\nhttp: {addr: ":5000", secret: s}\r\n')).toEqual(
      [],
    )
  })

  it('cannot expand: aliases and merges that double at each step', () => {
    const letters = [...'bcdefghijklmnopqrstuvwxyz']
    const previous = (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 1)
    const lists = letters
      .map((letter) => `${letter}: &${letter} [${`*${previous(letter)},`.repeat(9)}]`)
      .join('\n')
    const maps = letters
      .map((letter) => `${letter}: &${letter} {<<: [*${previous(letter)}, *${previous(letter)}]}`)
      .join('\n')
    for (const text of [`a: &a [x]\n${lists}`, `a: &a {x: 1}\n${maps}`]) {
      const findings = judge(`version: 0.1\nstorage: inmemory\n${text}\nlog: {fields: {all: *z}}\n`)
      expect(findings.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/excessive aliasing/),
      )
    }
    expect(
      judge('version: 0.1\nstorage: inmemory\nlog: {fields: &a {b: *a}}\n').map(({ message }) => message),
    ).toContainEqual(expect.stringMatching(/contains itself/))
  })

  it(`never makes lint throw, whatever it is`, { timeout: 600_000 }, () => {
    const rng = random(Number(process.env.REGCTL_SEED ?? 1))
    const count = Number(process.env.REGCTL_CASES ?? 1500)
    const pieces = [
      ...':-{}[],&*#?|>@`"\'%!~\t \n\r\\aA0.<=é\u2028😀\0\ufeff',
      '\n  ',
      ': ',
      '- ',
      '<<: ',
      '&a ',
      '*a ',
      '!!int ',
      '"',
      'storage:',
      's3:',
      'version: 0.1\n',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in a compose file.
      '${X}',
      '{{ x }}',
      'kind: ConfigMap\napiVersion: v1\n',
      'services:\n',
      '# regctl-ignore x: y\n',
    ]
    for (let i = 0; i < count; i += 1) {
      let text = rng.chance(0.5) ? parserCase(rng, 0.1).config : ''
      const changes = rng.integer(40)
      for (let change = 0; change < changes; change += 1) {
        const at = rng.integer(text.length + 1)
        text = text.slice(0, at) + rng.pick(pieces) + text.slice(at + rng.integer(3))
      }
      const release = rng.pick(['2.0.0', '2.3.1', '2.6.2', '2.8.3', '3.0.0', '3.1.1', 'main'] as const)
      expect(
        () => lint(text, 'c.yml', { release, environment: parserCase(rng, 0.1).environment }),
        JSON.stringify(text),
      ).not.toThrow()
    }
  })
})
