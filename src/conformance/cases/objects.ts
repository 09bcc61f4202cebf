import { Readable } from 'node:stream'
import type { Case } from '../case.ts'
import { exists, finish, mebibyte, needed, same, sameBytes, sameSet, thrown, writeStream } from '../expect.ts'
import { before, type HandlerRequest, type Intercept } from '../faults.ts'

/** A store that answers some requests with this status and XML instead of doing what they ask; and how many so far. */
function refusing(applies: (request: HandlerRequest) => boolean, statusCode: number, xml: string) {
  let count = 0
  const intercept: Intercept = (inner) =>
    before(inner, async (request, options) => {
      if (!applies(request)) return inner.handle(request, options)
      count += 1
      return {
        response: {
          statusCode,
          headers: { 'content-type': 'application/xml' },
          body: Readable.from([Buffer.from(xml)], { objectMode: false }),
        },
      }
    })
  return { intercept, count: () => count }
}

const refusal = '<Error><Code>InvalidRequest</Code><Message>not now</Message></Error>'

/** What the registry's S3 driver promises about the objects behind its paths. */

export const objects: readonly Case[] = [
  {
    id: 'objects/TestStorageClass',
    proves: 'objects get the storage class of the configuration, however they are written',
    requires: ['objects'],
    bytes: 120,
    async run({ open, inspector }) {
      for (const [storageclass, told] of [
        ['STANDARD', [undefined, 'STANDARD']],
        ['REDUCED_REDUNDANCY', ['REDUCED_REDUNDANCY']],
        ['NONE', [undefined, 'STANDARD']],
      ] as const) {
        const driver = await open({ storageclass })
        await driver.putContent('/put', Buffer.from('contents'))
        await writeStream(driver, '/stream', Buffer.from('contents'))
        await driver.putContent('/source', Buffer.from('contents'))
        await driver.move('/source', '/moved')
        for (const path of ['/put', '/stream', '/moved']) {
          const head = await needed(inspector?.objects).head(path)
          same(
            `whether ${path} has the class ${storageclass}`,
            told.some((name) => name === head?.storageClass),
            true,
          )
        }
      }
    },
  },
  {
    id: 'objects/Encryption',
    proves: 'objects are encrypted as configured, however they are written',
    requires: ['objects'],
    bytes: 40,
    async run({ open, inspector }) {
      const driver = await open({ encrypt: true })
      await driver.putContent('/put', Buffer.from('contents'))
      await writeStream(driver, '/stream', Buffer.from('contents'))
      await driver.putContent('/source', Buffer.from('contents'))
      await driver.move('/source', '/moved')
      for (const path of ['/put', '/stream', '/moved']) {
        same(`the encryption of ${path}`, (await needed(inspector?.objects).head(path))?.encryption, 'AES256')
        sameBytes(path, await driver.getContent(path), Buffer.from('contents'))
      }
    },
  },
  {
    id: 'objects/KmsKeyOnResume',
    proves: 'an upload that is resumed after a small tail keeps the KMS key of the configuration',
    requires: ['objects', 'parts', 'resumable'],
    bytes: 5 * mebibyte + 64,
    async run({ open, random, inspector }) {
      // The form is what S3 wants; no request is made to the key's owner by stores that have no KMS.
      const keyid = 'arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef'
      const parameters = { encrypt: true, keyid, chunksize: 5 * mebibyte }
      const bytes = random.bytes(5 * mebibyte + 64)
      const first = await (await open(parameters)).writer('/data', { append: false })
      await first.write(bytes.subarray(0, 32))
      await first.close()
      const second = await (await open(parameters)).writer('/data', { append: true })
      await second.write(bytes.subarray(32))
      await finish(second)
      const driver = await open(parameters)
      sameBytes('the content', await driver.getContent('/data'), bytes)
      const head = await needed(inspector?.objects).head('/data')
      same('encryption and key', [head?.encryption, head?.keyId], ['aws:kms', keyid])
    },
  },
  {
    id: 'objects/TestWalkEmptyUploadsDir',
    proves:
      'an empty object whose key ends in a slash, as consoles make for folders, disturbs neither walk nor list nor delete',
    requires: ['objects'],
    bytes: 32,
    async run({ open, inspector }) {
      const driver = await open()
      await driver.putContent('/repo/_uploads/1/startedat', Buffer.from('now'))
      await needed(inspector?.objects).put('repo/', Buffer.alloc(0))
      await needed(inspector?.objects).put('repo/_uploads/', Buffer.alloc(0))
      await needed(inspector?.objects).put('repo/_uploads/2/', Buffer.alloc(0))
      const names: string[] = []
      await driver.walk('/', ({ path }) => {
        names.push(path)
        return undefined
      })
      same(
        'paths with an empty name',
        names.filter((path) => /\/$|\/\//.test(path)),
        [],
      )
      same('whether the file was visited', names.includes('/repo/_uploads/1/startedat'), true)
      same('the children of /repo', await driver.list('/repo'), ['/repo/_uploads'])
      sameSet(
        'the files below',
        (await driver.list('/repo/_uploads')).filter((path) => path.endsWith('/1')),
        ['/repo/_uploads/1'],
      )
      await driver.delete('/repo')
      same('whether anything is left', await exists(driver, '/repo'), false)
    },
  },
  {
    id: 'objects/ForeignKeys',
    proves: 'objects whose names the registry cannot have are in no listing, and go with their directory',
    requires: ['objects'],
    bytes: 32,
    async run({ open, inspector }) {
      const driver = await open()
      await driver.putContent('/d/ours', Buffer.from('ours'))
      const foreign = ['d/with space', 'd/ümlaut', 'd/plus+plus', 'd/a//b', 'd/per%20cent', 'd/amp&amp;']
      for (const key of foreign) await needed(inspector?.objects).put(key, Buffer.from('theirs'))
      same(
        'the children',
        (await driver.list('/d')).filter((path) => path !== '/d/a'),
        ['/d/ours'],
      )
      const files: string[] = []
      await driver.walk('/d', ({ path, isDir }) => {
        if (!isDir) files.push(path)
        return undefined
      })
      same('the files of a walk', files, ['/d/ours'])
      await driver.delete('/d')
      same('whether anything is left', await exists(driver, '/d'), false)
    },
  },
  {
    id: 'objects/ErrorsOfSingleKeys',
    proves: 'a deletion in which the store does not delete one key fails, though the answer is a success',
    requires: ['objects', 'requests'],
    bytes: 3,
    async run({ open }) {
      const driver = await open()
      for (const name of ['a', 'b', 'c']) await driver.putContent(`/d/${name}`, Buffer.from(name))
      const asked = (request: HandlerRequest) =>
        request.method === 'POST' && 'delete' in (request.query ?? {})
      const kept =
        '<DeleteResult><Error><Key>b</Key><Code>MethodNotAllowed</Code><Message>locked</Message></Error></DeleteResult>'
      const unlucky = await open({}, refusing(asked, 200, kept).intercept)
      await thrown('a deletion of which one key stays', 'an error', () => unlucky.delete('/d'))
      sameSet('what is there', await driver.list('/d'), ['/d/a', '/d/b', '/d/c'])
    },
  },
  {
    id: 'objects/FailedCopy',
    proves: 'a move whose copy fails half way keeps the source and leaves no upload open',
    requires: ['objects', 'parts', 'inspector', 'requests'],
    bytes: 6 * mebibyte,
    async run({ open, random, inspector }) {
      const parameters = { multipartcopythresholdsize: 5 * mebibyte, multipartcopychunksize: 5 * mebibyte }
      const bytes = random.bytes(6 * mebibyte)
      const driver = await open(parameters)
      await driver.putContent('/source', bytes)
      const second = ({ query = {} }: HandlerRequest) => query.partNumber === '2'
      const refused = refusing(second, 400, refusal)
      const unlucky = await open(parameters, refused.intercept)
      await thrown('a move whose second part is refused', 'an error', () => unlucky.move('/source', '/dest'))
      same('how often the second part was asked for', refused.count(), 1)
      same('open uploads', (await needed(inspector).openUploads()).length, 0)
      same('whether the destination exists', await exists(driver, '/dest'), false)
      sameBytes('the source', await driver.getContent('/source'), bytes)
    },
  },
  {
    id: 'objects/FailedCompletion',
    proves: 'a commit that the store refuses fails, and leaves neither content nor an open upload',
    requires: ['objects', 'parts', 'inspector', 'requests'],
    bytes: 32,
    async run({ open, random, inspector }) {
      const completes = ({ method, query = {} }: HandlerRequest) => method === 'POST' && 'uploadId' in query
      const refused = refusing(completes, 400, refusal)
      const unlucky = await open({}, refused.intercept)
      const writer = await unlucky.writer('/data', { append: false })
      await writer.write(random.bytes(32))
      await thrown('a commit that is refused', 'an error', () => writer.commit())
      same('how often the completion was asked for', refused.count(), 1)
      same('open uploads', (await needed(inspector).openUploads()).length, 0)
      same('whether the path exists', await exists(await open(), '/data'), false)
    },
  },
]
