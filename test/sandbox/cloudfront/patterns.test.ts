import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesPath, matchesResource, type ViewerUrl } from '../../../src/sandbox/cloudfront/patterns.ts'

function urlOf(text: string): ViewerUrl {
  const [, scheme = '', host = '', path = '', query] =
    /^(.*?):\/\/([^/]*)([^?]*)(?:\?(.*))?$/s.exec(text) ?? []
  return { scheme, host, path, query }
}

describe('matchesResource', () => {
  it.each([
    ['https://d.net/a.jpg', 'https://d.net/a.jpg', true],
    ['https://d.net/a.jpg', 'http://d.net/a.jpg', false],
    ['https://d.net/a.jpg', 'https://e.net/a.jpg', false],
    ['https://d.net/a.jpg', 'https://d.net/a.jpgx', false],
    ['https://d.net/a.jpg', 'https://d.net/a.jpg?x=1', false],
    ['https://d.net/A.jpg', 'https://d.net/a.jpg', false],
    ['https://D.net/a', 'https://d.net/a', true],
    // scheme
    ['*://d.net/a', 'http://d.net/a', true],
    ['*://d.net/a', 'https://d.net/a', true],
    ['http*://d.net/a', 'https://d.net/a', true],
    ['http?://d.net/a', 'http://d.net/a', false],
    ['*d.net/a', 'https://d.net/a', true],
    // domain
    ['https://*.net/a', 'https://d.net/a', true],
    ['https://*/a', 'https://d.net:8443/a', true],
    ['https://*/a', 'https://d.net/b/a', false],
    ['https://d.???/a', 'https://d.net/a', true],
    ['https://d.n*', 'https://d.net/any/path?and=query', true],
    ['https://d.net', 'https://d.net/', false],
    // path
    ['https://d.net/*', 'https://d.net/a/b/c', true],
    ['https://d.net/*', 'https://d.net/a?x=1', true],
    ['https://d.net/*.jpg', 'https://d.net/a/b.jpg', true],
    ['https://d.net/*.jpg', 'https://d.net/b.jpg?size=1', false],
    ['https://d.net/a?c', 'https://d.net/abc', true],
    ['https://d.net/a?c', 'https://d.net/ac', false],
    ['https://d.net/a?c', 'https://d.net/a?c', false],
    ['https://d.net/a+(b)', 'https://d.net/a+(b)', true],
    ['https://d.net/a.c', 'https://d.net/abc', false],
    // query
    ['https://d.net/a\\?x=1', 'https://d.net/a?x=1', true],
    ['https://d.net/a\\?x=*', 'https://d.net/a?x=1&y=2', true],
    ['https://d.net/a\\?x=?', 'https://d.net/a?x=12', false],
    ['https://d.net/a\\?x=1', 'https://d.net/a', false],
    ['https://d.net/*\\?x=1', 'https://d.net/b?x=1', true],
    ['https://d.net/a\\?*', 'https://d.net/a', false],
    ['https://d.net/a\\?b\\?c', 'https://d.net/a?b?c', true],
    // all, and none
    ['*', 'https://d.net/a?x', true],
    ['', 'https://d.net/a', false],
    ['d.net/a', 'https://d.net/a', false],
  ])('%s covers %s: %s', (resource, url, expected) => {
    expect(matchesResource(resource, urlOf(url))).toBe(expected)
  })

  const segment = fc.stringMatching(/^[A-Za-z0-9._~%:+-]{1,8}$/)
  const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`)
  const query = fc.option(fc.stringMatching(/^[A-Za-z0-9=&._-]{0,12}$/), { nil: undefined })
  const url = fc.record({
    scheme: fc.constantFrom('http', 'https'),
    host: fc.stringMatching(/^[a-z0-9.-]{1,20}(:\d{2,5})?$/),
    path,
    query,
  })
  const written = ({ scheme, host, path, query }: ViewerUrl) =>
    `${scheme}://${host}${path}${query === undefined ? '' : `\\?${query}`}`

  it('covers the URL that it spells, and no other', () => {
    fc.assert(
      fc.property(url, url, (one, other) => {
        expect(matchesResource(written(one), one)).toBe(true)
        if (written(one) !== written(other)) expect(matchesResource(written(one), other)).toBe(false)
      }),
    )
  })

  it('covers everything below a prefix that ends in a star', () => {
    fc.assert(
      fc.property(url, fc.nat(), (one, at) => {
        const prefix = one.path.slice(0, 1 + (at % one.path.length))
        expect(matchesResource(`${one.scheme}://${one.host}${prefix}*`, one)).toBe(true)
        expect(matchesResource(`${one.scheme}://other${one.host}${prefix}*`, one)).toBe(false)
      }),
    )
  })

  it('takes a question mark for exactly one character', () => {
    fc.assert(
      fc.property(path, fc.nat(), (one, at) => {
        const i = 1 + (at % (one.length - 1))
        const pattern = `https://d.net${one.slice(0, i)}?${one.slice(i + 1)}`
        const target = { scheme: 'https', host: 'd.net', path: one, query: undefined }
        expect(matchesResource(pattern, target)).toBe(true)
        expect(matchesResource(pattern, { ...target, path: one.slice(0, i) + one.slice(i + 1) })).toBe(false)
      }),
    )
  })

  it('never lets a star of the scheme or domain reach into the path', () => {
    fc.assert(
      fc.property(url, (one) => {
        expect(matchesResource(`*://*/x${one.path}`, one)).toBe(false)
      }),
    )
  })
})

describe('matchesPath', () => {
  it.each([
    ['images/*.jpg', '/images/a.jpg', true],
    ['/images/*.jpg', '/images/a/b.jpg', true],
    ['images/*.jpg', '/Images/a.jpg', false],
    ['images/*.jpg', '/x/images/a.jpg', false],
    ['*.gif', '/a/b.gif', true],
    ['a??.jpg', '/ant.jpg', true],
    ['a??.jpg', '/at.jpg', false],
    ['*', '/', true],
    ['docker/*', '/docker', false],
  ])('%s names %s: %s', (pattern, path, expected) => {
    expect(matchesPath(pattern, path)).toBe(expected)
  })
})
