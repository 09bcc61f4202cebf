import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Who may import whom. `types` rooms may be imported for their types only; a name with a slash is one file of a room. */
const rooms: Readonly<
  Record<string, { readonly may: readonly string[]; readonly types?: readonly string[] }>
> = {
  core: { may: [] },
  'registry-config': { may: ['core'] },
  storage: { may: ['core'] },
  signing: { may: ['core'] },
  drivers: { may: ['storage', 'registry-config', 'core'] },
  middleware: { may: ['storage', 'signing', 'registry-config', 'core'] },
  aws: { may: ['registry-config', 'storage', 'core'] },
  emit: { may: ['aws', 'registry-config', 'core'] },
  lint: { may: ['registry-config', 'storage', 'signing/private-key.ts', 'core'] },
  doctor: { may: ['registry-config', 'aws', 'signing', 'storage', 'core'] },
  conformance: { may: ['storage', 'core'] },
  bench: { may: ['storage', 'core'] },
  sandbox: { may: ['signing', 'core'] },
  reporters: { may: ['core'], types: ['lint', 'doctor', 'conformance', 'bench', 'aws'] },
  commands: {
    may: [
      'core',
      'registry-config',
      'storage',
      'signing',
      'aws',
      'emit',
      'lint',
      'doctor',
      'conformance',
      'bench',
      'sandbox',
    ],
  },
}
/** The rim: main and wiring import everything. */
const rim = new Set(['main.ts', 'wiring'])

interface Import {
  readonly file: string
  readonly from: string
  readonly target: string
  readonly typeOnly: boolean
  readonly dynamic: boolean
}

const src = resolve(import.meta.dirname, '../src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(src, file), 'utf8') }))

const imports: Import[] = files.flatMap(({ file, text }) => {
  const statements = [
    ...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm),
  ].map((match) => ({
    target: match[2] ?? '',
    typeOnly: match[1] !== undefined,
    dynamic: false,
  }))
  const calls = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)(\.)?/g)].map((match) => ({
    target: match[1] ?? '',
    // `import('…').Name` in a type position.
    typeOnly: match[2] === '.' && !text.includes(`await import('${match[1]}')`),
    dynamic: true,
  }))
  return [...statements, ...calls].map((found) => ({ file, from: roomOf(file), ...found }))
})

function roomOf(file: string): string {
  return file.split('/')[0] ?? file
}

function insideTarget({ file, target }: Import): string | undefined {
  return target.startsWith('.') ? relative(src, resolve(src, dirname(file), target)) : undefined
}

describe('rooms', () => {
  it('sees the imports', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(150)
  })

  it('has no room that the table does not know', () => {
    const unknown = [...new Set(files.map(({ file }) => roomOf(file)))].filter(
      (room) => !(room in rooms) && !rim.has(room),
    )
    expect(unknown).toEqual([])
  })

  it('imports only what the table allows', () => {
    const offences = imports.filter((found) => {
      const target = insideTarget(found)
      if (target === undefined || rim.has(found.from)) return false
      const room = roomOf(target)
      if (room === found.from) return false
      const { may, types } = rooms[found.from] ?? { may: [] }
      return !(may.includes(room) || may.includes(target) || (found.typeOnly && types?.includes(room)))
    })
    expect(offences.map(({ file, target }) => `${file} -> ${target}`)).toEqual([])
  })

  it('has no circular import', () => {
    const edges = new Map<string, string[]>()
    for (const found of imports) {
      const target = insideTarget(found)
      if (target !== undefined && !found.typeOnly && !found.dynamic)
        edges.set(found.file, [...(edges.get(found.file) ?? []), target])
    }
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (file: string, trail: readonly string[]) => {
      if (state.get(file) === 'done') return
      if (state.get(file) === 'open')
        return void cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '))
      state.set(file, 'open')
      for (const next of edges.get(file) ?? []) visit(next, [...trail, file])
      state.set(file, 'done')
    }
    for (const { file } of files) visit(file, [])
    expect(cycles).toEqual([])
  })

  it('imports packages statically: what is lazy is a module of ours', () => {
    const lazy = imports.filter(
      ({ dynamic, typeOnly, target }) => dynamic && !typeOnly && !target.startsWith('.'),
    )
    expect(lazy.map(({ file, target }) => `${file} -> ${target}`)).toEqual([])
  })

  it('touches process and console only at the rim', () => {
    const offenders = files.filter(({ file, text }) => {
      if (rim.has(roomOf(file))) return false
      const code = text
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        .replace(/(['"`])(?:\\.|(?!\1)[\s\S])*\1/g, '""')
      return /(?<![.\w$-])(process|console)\s*[.[]/.test(code) || /from ['"]node:process['"]/.test(text)
    })
    expect(offenders.map(({ file }) => file)).toEqual([])
  })

  const owners: readonly (readonly [RegExp, RegExp])[] = [
    [
      /^@aws-sdk\/client-|^@aws-sdk\/credential|^@aws-sdk\/lib-/,
      /^(drivers\/s3.*|aws\/clients\.ts|wiring\/.*)$/,
    ],
    [/^@smithy\//, /^(drivers\/s3.*|aws\/clients\.ts|wiring\/.*|sandbox\/.*checksum.*)$/],
    [/^@aws-sdk\/cloudfront-signer$/, /^signing\/sign\.ts$/],
    [/^commander$/, /^wiring\/usage\.ts$/],
    [/^inquirer$/, /^wiring\/prompt\.ts$/],
  ]

  it.each(owners)('lets only its owner import %s', (pattern, owner) => {
    const offences = imports.filter(({ file, target }) => pattern.test(target) && !owner.test(file))
    expect(offences.map(({ file, target }) => `${file} -> ${target}`)).toEqual([])
    expect(imports.some(({ file, target }) => pattern.test(target) && owner.test(file))).toBe(true)
  })

  it('keeps files under 400 lines, and core under ten files', () => {
    expect(files.filter(({ text }) => text.split('\n').length > 400).map(({ file }) => file)).toEqual([])
    expect(files.filter(({ file }) => roomOf(file) === 'core').length).toBeLessThan(10)
  })
})
