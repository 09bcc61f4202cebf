import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resources } from '../src/aws/all.ts'
import { commands } from '../src/commands/all.ts'
import { families } from '../src/conformance/all.ts'
import { exitCode } from '../src/core/outcome.ts'
import { checks } from '../src/doctor/all.ts'
import { rules } from '../src/lint/all.ts'
import { reporters } from '../src/reporters/all.ts'
import { renderDocs } from './support/docs.ts'

/** What is entered by hand in a list is in it, once, under its file's name; and the docs say what the modules say. */
const root = resolve(import.meta.dirname, '..')

function names(folder: string, ...others: readonly string[]): string[] {
  return readdirSync(join(root, 'src', folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .filter((name) => !others.includes(name))
    .sort()
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

describe('lists', () => {
  it.each([
    ['doctor/checks', checks.map(({ id }) => id), []],
    ['lint/rules', rules.map(({ id }) => id), []],
    ['conformance/cases', Object.keys(families), []],
    [
      'commands',
      commands.map(({ name }) => name),
      ['all', 'command', 'config', 'progress', 'target', 'world'],
    ],
    [
      'aws',
      resources.map(({ kind }) => kebab(kind)),
      ['all', 'apply', 'clients', 'errors', 'intent', 'resource'],
    ],
    ['reporters', Object.keys(reporters), ['all', 'certificate']],
  ])('holds every file of %s', (folder, ids, others) => {
    expect([...ids].sort()).toEqual(names(folder, ...others))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(commands)('loads the command $name under its name and summary', async ({ name, summary, load }) => {
    const command = await load()
    expect(command).toMatchObject({ name, summary })
    for (const [key, option] of Object.entries(command.options)) {
      const long = /.*--([a-z0-9-]+)/.exec(option.flags)?.[1] ?? ''
      expect(long.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())).toBe(key)
    }
    for (const format of command.formats ?? [])
      expect(Object.keys(reporters), `${name} --format ${format}`).toContain(format)
    expect(command.examples.length).toBeGreaterThan(0)
    for (const example of command.examples) expect(example).toContain(`regctl ${name}`)
  })

  it('has checks whose needs come before them', () => {
    checks.forEach(({ needs }, index) => {
      for (const id of needs ?? []) expect(checks.slice(0, index).map((check) => check.id)).toContain(id)
    })
  })

  it('renders the docs from the modules (UPDATE=1 writes them)', async () => {
    for (const [file, wanted] of Object.entries(await renderDocs())) {
      if (process.env.UPDATE === '1') writeFileSync(join(root, file), wanted)
      expect(readFileSync(join(root, file), 'utf8'), file).toBe(wanted)
    }
  })

  it('gives every outcome an exit code', () => {
    expect(exitCode({ kind: 'exit', code: 7 })).toBe(7)
  })
})
