import type { Case } from '../case.ts'
import { inParallel, notFound, same, sameSet } from '../expect.ts'

const valid = /^(\/[A-Za-z0-9._-]+)+$/

export const list: readonly Case[] = [
  {
    id: 'list/TestRootExists',
    proves: 'the root of an empty store can be listed',
    async run({ open }) {
      sameSet('the children of /', await (await open()).list('/'), [])
    },
  },
  {
    id: 'list/TestList',
    proves: 'a listing has the direct children as absolute paths, each once',
    bytes: 50 * 32,
    async run({ open, random }) {
      const driver = await open()
      const root = `/${random.name(8 + random.integer(8))}`
      const missing = `${root}/nonexistent`
      await notFound(driver, missing, 'list of a missing directory', () => driver.list(missing))
      const parent = `${root}/${random.name(8 + random.integer(8))}`
      const files = Array.from(
        { length: 50 },
        (_, index) => `${parent}/${random.name(8 + random.integer(8))}${index}`,
      )
      for (const file of files) await driver.putContent(file, random.bytes(32))
      sameSet('the children of /', await driver.list('/'), [root])
      sameSet(`the children of ${root}`, await driver.list(root), [parent])
      sameSet(`the children of ${parent}`, await driver.list(parent), files)
      await notFound(driver, missing, 'list of a missing directory among others', () => driver.list(missing))
    },
  },
  {
    id: 'list/TestEmptyRootList',
    proves: 'what the root lists are valid paths, whether or not the driver has a root directory',
    bytes: 8,
    async run({ open }) {
      const driver = await open()
      await driver.putContent('/test', Buffer.from('contents'))
      const children = await driver.list('/')
      sameSet('the children of /', children, ['/test'])
      same(
        'paths that are not valid',
        children.filter((path) => !valid.test(path)),
        [],
      )
    },
  },
  {
    id: 'list/OverThousand',
    profiles: ['full'],
    proves: 'a directory of more than a thousand files is listed whole',
    bytes: 1005,
    async run({ open }) {
      const driver = await open()
      const files = Array.from({ length: 1005 }, (_, index) => `/many/file${index}`)
      await inParallel(files, (file) => driver.putContent(file, Buffer.from('x')))
      sameSet('the children', await driver.list('/many'), files)
    },
  },
  {
    id: 'list/OverThousandDirectories',
    profiles: ['full'],
    proves: 'a directory of more than a thousand directories is listed whole, each once',
    bytes: 2200,
    async run({ open }) {
      const driver = await open()
      const folders = Array.from({ length: 1100 }, (_, index) => `/many/folder${index}`)
      await inParallel(folders, async (folder) => {
        await driver.putContent(`${folder}/a`, Buffer.from('x'))
        await driver.putContent(`${folder}/b`, Buffer.from('x'))
      })
      sameSet('the children', await driver.list('/many'), folders)
    },
  },
  {
    id: 'list/Siblings',
    proves: 'directories whose names begin alike are kept apart, `-` and `.` included',
    bytes: 40,
    async run({ open }) {
      const driver = await open()
      const names = ['v1', 'v1-alpine', 'v1.2', 'v10', 'v1_x']
      for (const name of names) await driver.putContent(`/tags/${name}/link`, Buffer.from(name))
      sameSet(
        'the children of /tags',
        await driver.list('/tags'),
        names.map((name) => `/tags/${name}`),
      )
      for (const name of names) {
        sameSet(`the children of /tags/${name}`, await driver.list(`/tags/${name}`), [`/tags/${name}/link`])
      }
      await notFound(driver, '/tags/v', 'list of what is only the beginning of names', () =>
        driver.list('/tags/v'),
      )
    },
  },
  {
    id: 'list/ValidPaths',
    proves: 'names with dots, dashes, underscores and capitals, at either end too, are listed and walked',
    bytes: 80,
    async run({ open }) {
      const driver = await open()
      const names = ['.abc', 'abc.', '_.abc', 'a--b', 'a-.b', 'Abc', '0-9', '-', '..abc']
      const paths = names.map((name) => `/names/${name}`)
      for (const path of paths) await driver.putContent(path, Buffer.from(path))
      sameSet('the children', await driver.list('/names'), paths)
      const seen: string[] = []
      await driver.walk('/names', ({ path }) => {
        seen.push(path)
        return undefined
      })
      same('what a walk visits', seen, [...paths].sort())
    },
  },
  {
    id: 'list/AfterWrite',
    proves: 'a listing has what was written a moment ago, and not what was deleted a moment ago',
    bytes: 10,
    async run({ open }) {
      const driver = await open()
      const there: string[] = []
      for (let index = 0; index < 10; index++) {
        const path = `/fresh/${index}`
        await driver.putContent(path, Buffer.from('x'))
        there.push(path)
        sameSet(`the children after writing ${path}`, await driver.list('/fresh'), there)
      }
      while (there.length > 1) {
        const path = there.pop() ?? ''
        await driver.delete(path)
        sameSet(`the children after deleting ${path}`, await driver.list('/fresh'), there)
      }
    },
  },
]
