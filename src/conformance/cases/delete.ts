import type { StorageDriver } from '../../storage/driver.ts'
import type { Case } from '../case.ts'
import { exists, inParallel, invalidPath, notFound, randomPath, same, sameBytes, sameSet } from '../expect.ts'

/** The files under the root, by walking. */
async function files(driver: StorageDriver): Promise<string[]> {
  const found: string[] = []
  await driver.walk('/', (info) => {
    if (!info.isDir) found.push(info.path)
    return undefined
  })
  return found
}

/** Deletes `doomed` among `all`, and looks at what is left. */
async function leaves(
  driver: StorageDriver,
  all: readonly string[],
  doomed: string,
  left: readonly string[],
): Promise<void> {
  for (const path of all) await driver.putContent(path, Buffer.from(path))
  await driver.delete(doomed)
  sameSet(`what is left after deleting ${doomed}`, await files(driver), left)
  for (const path of left) sameBytes(path, await driver.getContent(path), Buffer.from(path))
}

/** Upstream's tree for its S3 driver. */
const tree = [
  '/file1',
  '/file1-2',
  '/folder1/file1',
  '/folder2/file1',
  '/folder3/file1',
  '/folder3/subfolder1/subfolder1/file1',
  '/folder3/subfolder2/subfolder1/file1',
  '/folder4/file1',
  '/folder1-v2/file1',
  '/folder1-v2/subfolder1/file1',
]

export const deletion: readonly Case[] = [
  {
    id: 'delete/TestDelete',
    proves: 'deleted content is gone',
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      await driver.putContent(path, random.bytes(32))
      await driver.delete(path)
      await notFound(driver, path, 'getContent', () => driver.getContent(path))
      same('whether stat still finds it', await exists(driver, path), false)
    },
  },
  {
    id: 'delete/TestDeleteNonexistent',
    proves: 'deleting what is not there says so',
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      await notFound(driver, path, 'delete', () => driver.delete(path))
    },
  },
  {
    id: 'delete/TestDeleteFolder',
    proves: 'a deletion of a file leaves its siblings, one of a directory leaves nothing in it',
    bytes: 96,
    async run({ open, random }) {
      const driver = await open()
      const folder = randomPath(random)
      const [one, two, three] = [`${folder}/one`, `${folder}/two`, `${folder}/three`]
      const content = random.bytes(32)
      for (const path of [one, two, three]) await driver.putContent(path, content)
      await driver.delete(one)
      await notFound(driver, one, 'getContent of the deleted file', () => driver.getContent(one))
      for (const path of [two, three])
        sameBytes(`the content of ${path}`, await driver.getContent(path), content)
      await driver.delete(folder)
      for (const path of [one, two, three])
        await notFound(driver, path, `getContent of ${path}`, () => driver.getContent(path))
    },
  },
  {
    id: 'delete/TestDeleteOnlyDeletesSubpaths',
    proves: 'a deletion takes nothing whose name merely begins alike',
    bytes: 100,
    async run({ open, random }) {
      const driver = await open()
      const folder = `/${random.name()}`
      const all = ['/f', '/fsuffix', '/d/f', '/dsuffix/f'].map((name) => folder + name)
      for (const path of all) await driver.putContent(path, Buffer.from(path))
      await driver.delete(`${folder}/f`)
      sameSet('what is left', await files(driver), all.slice(1))
      await driver.delete(`${folder}/d`)
      sameSet('what is left then', await files(driver), [`${folder}/fsuffix`, `${folder}/dsuffix/f`])
    },
  },
  {
    id: 'delete/SiblingsOfFile',
    proves: 'deleting a file takes it and leaves siblings that go on with `-`, `.` or a letter',
    bytes: 41,
    async run({ open }) {
      const all = ['/t/v1', '/t/v1-alpine', '/t/v1.2', '/t/v10', '/t/v1_x', '/t/v']
      await leaves(await open(), all, '/t/v1', all.slice(1))
    },
  },
  {
    id: 'delete/SiblingsOfDirectory',
    proves: 'deleting the tag `latest` works beside `latest-dev` and `latest.1`, and leaves them',
    bytes: 400,
    async run({ open }) {
      const names = ['latest', 'latest-dev', 'latest.1', 'latest0', 'lates']
      const all = names.flatMap((name) => [`/tags/${name}/current/link`, `/tags/${name}/index/link`])
      await leaves(await open(), all, '/tags/latest', all.slice(2))
    },
  },
  {
    id: 'delete/BeginningOfName',
    proves: 'deleting what is only the beginning of names says that it is not there, and deletes nothing',
    bytes: 64,
    async run({ open, random }) {
      const driver = await open()
      await driver.putContent('/t/v1', random.bytes(32))
      await driver.putContent('/t/v2/x', random.bytes(32))
      await notFound(driver, '/t/v', 'delete', () => driver.delete('/t/v'))
      sameSet('what is left', await files(driver), ['/t/v1', '/t/v2/x'])
    },
  },
  {
    id: 'delete/TestDelete.tree',
    proves: 'in a tree with look-alike names each deletion removes exactly what is under its path',
    bytes: 524,
    async run({ open }) {
      const under = (path: string) => (file: string) => file === path || file.startsWith(`${path}/`)
      const driver = await open()
      const write = async (paths: readonly string[]) => {
        for (const path of paths) await driver.putContent(path, Buffer.from(path))
      }
      await write(tree)
      for (const doomed of ['/folder1', '/folder2', '/folder3', '/folder3/subfolder1', ...tree]) {
        await driver.delete(doomed)
        const gone = tree.filter(under(doomed))
        const left = tree.filter((file) => !gone.includes(file))
        sameSet(`what is left after deleting ${doomed}`, await files(driver), left)
        if (!tree.includes(doomed)) {
          await inParallel(left, async (path) =>
            sameBytes(path, await driver.getContent(path), Buffer.from(path)),
          )
        }
        await write(gone)
      }
      await notFound(driver, '/folder', 'delete of a mere beginning', () => driver.delete('/folder'))
      for (const path of ['/folder1/', '/folder1/*', '/']) {
        await invalidPath(driver, `delete of ${path}`, () => driver.delete(path))
      }
    },
  },
  {
    id: 'delete/TestOverThousandBlobs',
    proves:
      'among more than a thousand files one is deleted alone, their directory is listed, walked and deleted whole, and its sibling stays',
    profiles: ['full'],
    bytes: 8056,
    async run({ open }) {
      const driver = await open()
      const folder = '/thousandfiletest'
      const alike = `${folder}/file`
      const paths = Array.from({ length: 1005 }, (_, index) => `${alike}${index}`)
      const sibling = `${folder}-2/file`
      await inParallel([...paths, alike, sibling], (path) => driver.putContent(path, Buffer.from('contents')))
      await driver.delete(alike)
      sameSet('the children', await driver.list(folder), paths)
      same('the files of a walk', await files(driver), [sibling, ...[...paths].sort()])
      await driver.delete(folder)
      sameSet('what is left', await files(driver), [sibling])
      same('whether the directory is still there', await exists(driver, folder), false)
    },
  },
  {
    id: 'delete/AndWriteAgain',
    proves: 'a path can be written again after its deletion, and has the new content',
    bytes: 320,
    async run({ open, random }) {
      const driver = await open()
      for (let round = 0; round < 5; round++) {
        const bytes = random.bytes(32)
        await driver.putContent('/again', bytes)
        sameBytes(`the content of round ${round}`, await driver.getContent('/again'), bytes)
        await driver.delete('/again')
        same(`whether round ${round} left anything`, await exists(driver, '/again'), false)
      }
    },
  },
]
