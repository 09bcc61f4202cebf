import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EdgePath,
  keysFor,
  requiredOriginPath,
  viewerPrefix,
  viewerUrl,
} from '../../src/storage/edge-path.ts'
import { blobPath } from '../../src/storage/layout.ts'

const edge = (part: Partial<EdgePath>): EdgePath => ({
  middleware: 'cloudfront',
  major: 3,
  basePath: '',
  rootDirectory: '',
  ...part,
})

/** The table of facts registry 5.3. */
describe('requiredOriginPath', () => {
  it.each<[Partial<EdgePath>, string | undefined]>([
    [{}, ''],
    [{ rootDirectory: '/prod' }, ''],
    [{ rootDirectory: '/prod', major: 2 }, ''],
    [{ rootDirectory: 'a/b/', basePath: '/' }, ''],
    [{ rootDirectory: '/prod', basePath: '/p' }, undefined],
    [{ basePath: '/p' }, undefined],
    [{ middleware: 'redirect', major: 2 }, ''],
    [{ middleware: 'redirect', major: 2, rootDirectory: '/prod' }, '/prod'],
    [{ middleware: 'redirect', major: 2, rootDirectory: '/prod', basePath: '/prod' }, '/prod'],
    [{ middleware: 'redirect', major: 3, rootDirectory: '/prod' }, '/prod'],
    [{ middleware: 'redirect', major: 3, rootDirectory: '/prod', basePath: '/prod' }, ''],
    [{ middleware: 'redirect', major: 3, rootDirectory: '/a/b', basePath: '/b' }, '/a'],
    [{ middleware: 'redirect', major: 3, rootDirectory: '/prod', basePath: '/x' }, undefined],
  ])('of %j is %j', (part, wanted) => {
    expect(requiredOriginPath(edge(part))).toBe(wanted)
  })

  it('always makes the edge ask for the key that the registry wrote', () => {
    const segments = fc.array(fc.constantFrom('a', 'b', 'prod', 'x.y'), { maxLength: 3 })
    const path = blobPath(`sha256:${'ab'.repeat(32)}`)
    fc.assert(
      fc.property(
        fc.constantFrom('cloudfront' as const, 'redirect' as const),
        fc.constantFrom(2 as const, 3 as const),
        segments,
        segments,
        (middleware, major, base, root) => {
          const it = edge({
            middleware,
            major,
            basePath: `/${base.join('/')}`,
            rootDirectory: root.join('/'),
          })
          const origin = requiredOriginPath(it)
          if (origin === undefined) {
            // Then no origin path can: the viewer's path holds what the key does not end with.
            for (const tried of ['', `/${root.join('/')}`]) {
              const keys = keysFor(it, tried, path)
              expect(keys.requested).not.toBe(keys.written)
            }
          } else {
            const keys = keysFor(it, origin, path)
            expect(keys.requested).toBe(keys.written)
          }
        },
      ),
    )
  })
})

describe('viewerPrefix', () => {
  it('holds rootdirectory with cloudfront and not with redirect', () => {
    expect(viewerPrefix(edge({ rootDirectory: '/prod' }))).toBe('prod')
    expect(viewerPrefix(edge({ rootDirectory: '/prod', middleware: 'redirect' }))).toBe('')
  })
})

describe('keysFor', () => {
  it('shows the doubled path of the guide', () => {
    const keys = keysFor(edge({ rootDirectory: '/prod' }), '/prod', '/docker/x')
    expect(keys).toEqual({ written: 'prod/docker/x', requested: 'prod/prod/docker/x' })
  })
})

/** The registry concatenates and CloudFront does not normalise, so a slash too many is another key. */
describe('slashes', () => {
  it('that rootdirectory has inside are in the key and in the URL alike', () => {
    const it = edge({ rootDirectory: '/a//b/', basePath: '/' })
    expect(keysFor(it, '', '/docker/x')).toEqual({ written: 'a//b/docker/x', requested: 'a//b/docker/x' })
    expect(requiredOriginPath(it)).toBe('')
  })

  it('that baseurl has too many of are asked for, and no origin path takes them away', () => {
    const it = edge({ rootDirectory: 'prod', basePath: '//' })
    expect(keysFor(it, '', '/docker/x')).toEqual({ written: 'prod/docker/x', requested: '/prod/docker/x' })
    expect(requiredOriginPath(it)).toBeUndefined()
  })

  it('of redirect 3.x are joined, as it joins paths', () => {
    const it = edge({ middleware: 'redirect', basePath: '/prod//', rootDirectory: 'prod' })
    expect(keysFor(it, '', '/docker/x').requested).toBe('prod/docker/x')
    expect(viewerUrl({ ...it, baseUrl: 'https://d.net/prod//' }, '/docker/x')).toBe(
      'https://d.net/prod/docker/x',
    )
  })
})
