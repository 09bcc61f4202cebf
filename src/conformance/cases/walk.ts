import type { FileInfo, StorageDriver, WalkStep } from '../../storage/driver.ts'
import type { Case } from '../case.ts'
import { inParallel, notFound, same, sameBytes, thrown } from '../expect.ts'

/** Upstream's tree for its S3 driver. */
const tree = [
  '/file1',
  '/folder1-suffix/file1',
  '/folder1/file1',
  '/folder2/file1',
  '/folder3/subfolder1/subfolder1/file1',
  '/folder3/subfolder2/subfolder1/file1',
  '/folder4/file1',
]

/** All of it, as a walk visits it: a directory counts with a slash at its end. */
const whole = [
  '/file1',
  '/folder1-suffix',
  '/folder1-suffix/file1',
  '/folder1',
  '/folder1/file1',
  '/folder2',
  '/folder2/file1',
  '/folder3',
  '/folder3/subfolder1',
  '/folder3/subfolder1/subfolder1',
  '/folder3/subfolder1/subfolder1/file1',
  '/folder3/subfolder2',
  '/folder3/subfolder2/subfolder1',
  '/folder3/subfolder2/subfolder1/file1',
  '/folder4',
  '/folder4/file1',
]

async function visited(
  driver: StorageDriver,
  from: string,
  options: { readonly startAfter?: string; readonly step?: (info: FileInfo) => WalkStep } = {},
): Promise<string[]> {
  const paths: string[] = []
  await driver.walk(
    from,
    (info) => {
      paths.push(info.path)
      return options.step?.(info)
    },
    options.startAfter === undefined ? {} : { startAfter: options.startAfter },
  )
  return paths
}

const walking = (
  name: string,
  proves: string,
  from: string,
  options: Parameters<typeof visited>[2],
  expected: readonly string[],
): Case => ({
  id: `walk/${name}`,
  proves,
  bytes: 100,
  async run({ open }) {
    const driver = await open()
    for (const path of tree) await driver.putContent(path, Buffer.from(path))
    same('the paths visited', await visited(driver, from, options), expected)
  },
})

const skip = (path: string) => ({
  step: (info: FileInfo): WalkStep => (info.path === path ? 'skip' : undefined),
})

export const walk: readonly Case[] = [
  walking('TestWalk', 'a walk visits everything once, in the byte order of full paths', '/', {}, whole),
  walking(
    'TestWalk.skip',
    'a skipped directory is not entered',
    '/',
    skip('/folder3'),
    whole.filter((path) => !path.startsWith('/folder3/')),
  ),
  walking(
    'TestWalk.skip.sibling',
    'skipping `folder1` hides nothing beside it',
    '/',
    skip('/folder1'),
    whole.filter((path) => path !== '/folder1/file1'),
  ),
  walking(
    'TestWalk.stop',
    'a walk can be stopped without an error',
    '/',
    { step: ({ path }) => (path === '/folder1/file1' ? 'stop' : undefined) },
    whole.slice(0, whole.indexOf('/folder1/file1') + 1),
  ),
  walking(
    'TestWalk.from',
    'a walk from a directory stays in it',
    '/folder3',
    {},
    whole.filter((path) => path.startsWith('/folder3/')),
  ),
  walking(
    'TestWalk.startAfter',
    'a walk starts after a file, with the directories it then enters',
    '/',
    { startAfter: '/folder3/subfolder1/subfolder1/file1' },
    ['/folder3', ...whole.slice(whole.indexOf('/folder3/subfolder2'))],
  ),
  walking(
    'TestWalk.startAfter.from',
    'a walk from a directory starts after a file in it',
    '/folder3',
    { startAfter: '/folder3/subfolder1/subfolder1/file1' },
    whole.filter((path) => path.startsWith('/folder3/subfolder2')),
  ),
  walking(
    'TestWalk.startAfter.directory',
    'a walk that starts after a directory visits what is in it',
    '/folder3',
    { startAfter: '/folder3' },
    whole.filter((path) => path.startsWith('/folder3/')),
  ),
  walking(
    'TestWalk.startAfter.missing',
    'a walk may start after a path that is not there',
    '/',
    { startAfter: '/folder0/none' },
    whole.slice(1),
  ),
  walking(
    'TestWalk.startAfter.longer',
    'a walk that starts after a name visits no file whose own name is the beginning of it',
    '/folder3',
    { startAfter: '/folder3/subfolder1/subfolder1/file1-2' },
    whole.filter((path) => path.startsWith('/folder3/subfolder2')),
  ),
  walking(
    'TestWalk.startAfter.suffix',
    'a walk that starts in `folder1-suffix` goes on to `folder1`, whose slash comes after the dash',
    '/',
    { startAfter: '/folder1-suffix/file1' },
    whole.slice(whole.indexOf('/folder1')),
  ),
  walking(
    'TestWalk.startAfter.end',
    'a walk that starts after everything visits nothing',
    '/',
    { startAfter: '/zzz' },
    [],
  ),
  {
    id: 'walk/TestWalk.error',
    proves: 'an error of the visitor ends the walk and is passed on',
    bytes: 100,
    async run({ open }) {
      const driver = await open()
      for (const path of tree) await driver.putContent(path, Buffer.from(path))
      const ours = new Error('from the visitor')
      let visits = 0
      const error = await thrown('walk', 'the error of the visitor', () =>
        driver.walk('/', () => {
          visits += 1
          throw ours
        }),
      )
      same(
        'whether the error is the one of the visitor',
        error === ours || String(error).includes(ours.message),
        true,
      )
      same('visits', visits, 1)
    },
  },
  {
    id: 'walk/SlowVisitor',
    proves: 'a walk waits for its visitor: one visit at a time, and an answer that comes late is heard',
    bytes: 100,
    async run({ open }) {
      const driver = await open()
      for (const path of tree) await driver.putContent(path, Buffer.from(path))
      const seen: string[] = []
      let visiting = 0
      await driver.walk('/', async ({ path }) => {
        visiting += 1
        same(`visits at a time, at ${path}`, visiting, 1)
        await new Promise(setImmediate)
        seen.push(path)
        visiting -= 1
        return path === '/folder3' ? 'skip' : path === '/folder4' ? 'stop' : undefined
      })
      const expected = whole.filter((path) => !path.startsWith('/folder3/')).slice(0, -1)
      same('the paths visited', seen, expected)
    },
  },
  {
    id: 'walk/Deep',
    proves: 'what lies forty directories deep is walked, listed, moved and deleted',
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      const names = Array.from({ length: 40 }, (_, index) => `d${index}`)
      const folders = names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)
      const deepest = folders.at(-1) ?? ''
      const bytes = random.bytes(32)
      await driver.putContent(`${deepest}/file`, bytes)
      same('the paths visited', await visited(driver, '/'), [...folders, `${deepest}/file`])
      same('the children of the deepest', await driver.list(deepest), [`${deepest}/file`])
      await driver.move(`${deepest}/file`, `${deepest}/moved`)
      sameBytes('the content', await driver.getContent(`${deepest}/moved`), bytes)
      await driver.delete('/d0')
      same('the children of the root', await driver.list('/'), [])
    },
  },
  {
    id: 'walk/VanishingFiles',
    proves: 'files that are deleted while a walk goes on are no error',
    bytes: 100,
    async run({ open }) {
      const driver = await open()
      for (const path of tree) await driver.putContent(path, Buffer.from(path))
      const files: string[] = []
      await driver.walk('/', async ({ path, isDir }) => {
        if (path === '/file1') {
          await driver.delete('/folder3')
          await driver.delete('/folder4/file1')
        }
        if (!isDir) files.push(path)
        return undefined
      })
      const stay = tree.filter((path) => !path.startsWith('/folder3/') && path !== '/folder4/file1')
      same(
        'the files that stay, among those visited',
        files.filter((path) => stay.includes(path)),
        stay,
      )
    },
  },
  {
    id: 'walk/Missing',
    proves: 'a walk of what is not there says so',
    async run({ open, random }) {
      const driver = await open()
      const path = `/${random.name()}`
      await notFound(driver, path, 'walk', () => driver.walk(path, () => undefined))
    },
  },
  {
    id: 'walk/TestListObjectsV2',
    proves: 'stat, list and walk agree about files, sizes and directories',
    bytes: 600,
    async run({ open, random }) {
      const driver = await open()
      const sizes = new Map(
        ['/d/1', '/d/2', '/d/3', '/d/4', '/d/5', '/d/e/6'].map((path, index) => [path, index * 20]),
      )
      for (const [path, size] of sizes) await driver.putContent(path, random.bytes(size))
      const seen: [string, number][] = []
      await driver.walk('/d', (info) => {
        if (!info.isDir) seen.push([info.path, info.size])
        return undefined
      })
      same('paths and sizes by walk', seen, [...sizes])
      same('children by list', (await driver.list('/d')).sort(), [
        '/d/1',
        '/d/2',
        '/d/3',
        '/d/4',
        '/d/5',
        '/d/e',
      ])
      for (const [path, size] of sizes)
        same(`the size of ${path} by stat`, (await driver.stat(path)).size, size)
      same('whether /d/e is a directory', (await driver.stat('/d/e')).isDir, true)
    },
  },
  {
    id: 'walk/TestIsSubpath',
    proves: 'a walk that skips `1.2` and `latest` still visits `1.20` and `latester` beside them',
    bytes: 100,
    async run({ open }) {
      const driver = await open()
      const names = ['1.2', '1.20', '1.2-rc', 'latest', 'latester', 'latest.1']
      for (const name of names) await driver.putContent(`/tags/${name}/current/link`, Buffer.from(name))
      const paths = await visited(driver, '/tags', { step: ({ isDir }) => (isDir ? 'skip' : undefined) })
      same('the tags', paths.sort(), names.map((name) => `/tags/${name}`).sort())
    },
  },
  {
    id: 'walk/OverThousand',
    profiles: ['full'],
    proves: 'a walk of more than two thousand files misses none and visits none twice',
    bytes: 2100,
    async run({ open }) {
      const driver = await open()
      const files = Array.from(
        { length: 2100 },
        (_, index) => `/d${index % 7}/f${String(index).padStart(5, '0')}`,
      )
      await inParallel(files, (path) => driver.putContent(path, Buffer.from('x')))
      const paths: string[] = []
      await driver.walk('/', ({ path, isDir }) => {
        if (!isDir) paths.push(path)
        return undefined
      })
      same('the files', paths, [...files].sort())
      const after = files[5] ?? ''
      const rest = await visited(driver, '/d5', { startAfter: after })
      same(
        'the files after one of them',
        rest,
        [...files].sort().filter((path) => path.startsWith('/d5/') && path > after),
      )
    },
  },
]
