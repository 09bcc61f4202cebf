import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildXml, child, childrenOf, parseXml, textOf, XmlSyntaxError } from '../../src/sandbox/xml.ts'

describe('building', () => {
  it('leaves out what is undefined, repeats arrays, escapes text', () => {
    const xml = buildXml('R', { A: 1, B: undefined, C: [true, { D: 'a<b>&"\r' }], E: '', F: [] }, 'http://n/')
    expect(xml).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<R xmlns="http://n/"><A>1</A><C>true</C><C><D>a&lt;b&gt;&amp;&quot;&#13;</D></C><E/></R>',
    )
  })

  it('gives a root with text alone', () => {
    expect(buildXml('L', { '#text': 'eu-west-1' }, 'n')).toContain('<L xmlns="n">eu-west-1</L>')
  })

  it('keeps every text a document can hold', () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((s) => !/[\p{Cc}\p{Cn}]/u.test(s))
      .map((s) => `\t\r\n${s}`)
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const root = parseXml(buildXml('R', { T: texts }))
        expect(childrenOf(root, 'T').map((t) => t.text)).toEqual(texts)
      }),
    )
  })
})

describe('parsing', () => {
  it('drops prefixes, attributes and comments, and keeps white space in texts alone', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<n:R xmlns:n="u" a="1">\n  <!-- c -->\n  <K> x&amp;&#x41;&#10; </K><K/></n:R>',
    )
    expect(root).toMatchObject({ name: 'R', text: '' })
    expect(childrenOf(root, 'K').map((k) => k.text)).toEqual([' x&A\n ', ''])
    expect(textOf(root, 'K')).toBe(' x&A\n ')
    expect(child(root, 'None')).toBeUndefined()
    expect(textOf(root, 'None')).toBeUndefined()
  })

  it.each([
    ['nothing', ''],
    ['no document', 'hello'],
    ['two roots', '<a/><b/>'],
    ['an element that is not closed', '<a><b></a>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
  ])('refuses %s', (_, text) => {
    expect(() => parseXml(text)).toThrow(XmlSyntaxError)
  })
})
