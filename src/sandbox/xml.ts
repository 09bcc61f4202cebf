import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser'

/** One element of a parsed document. Attributes, comments and namespace prefixes are gone. */
export interface XmlElement {
  readonly name: string
  /** The text directly inside, white space kept; empty for an element that holds elements. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

/** What an element holds when it is built: a text, elements by name, or several of one name (an array). Undefined is left out. */
type XmlContent = string | number | boolean | XmlMembers | readonly XmlContent[] | undefined
export interface XmlMembers {
  readonly [name: string]: XmlContent
}

/** The text is not a well-formed XML document, or not one an AWS API takes. */
export class XmlSyntaxError extends Error {
  override readonly name = 'XmlSyntaxError'
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
})

// `entities` works but is missing from the package's types, so the options are not a literal argument.
const builderOptions = {
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  entities: [
    { regex: /&/g, val: '&amp;' },
    { regex: /</g, val: '&lt;' },
    { regex: />/g, val: '&gt;' },
    { regex: /"/g, val: '&quot;' },
    // A reader turns a bare carriage return into a line feed.
    { regex: /\r/g, val: '&#13;' },
  ],
}
const builder = new XMLBuilder(builderOptions)

/**
 * Takes an XML document and gives its root element. Throws XmlSyntaxError when it is not well-formed
 * or carries a DOCTYPE, which no AWS API takes.
 */
export function parseXml(text: string): XmlElement {
  if (/<!DOCTYPE/i.test(text)) throw new XmlSyntaxError('A DOCTYPE is not allowed.')
  const valid = XMLValidator.validate(text)
  if (valid !== true) throw new XmlSyntaxError(valid.err.msg)
  let nodes: unknown
  try {
    nodes = parser.parse(text)
  } catch (error) {
    throw new XmlSyntaxError(error instanceof Error ? error.message : 'not XML', { cause: error })
  }
  const roots = elements(nodes)
  const [root] = roots
  if (root === undefined || roots.length > 1)
    throw new XmlSyntaxError('Exactly one root element is expected.')
  return root
}

function elements(nodes: unknown): XmlElement[] {
  if (!Array.isArray(nodes)) return []
  return nodes.flatMap((node: Record<string, unknown>) =>
    Object.entries(node)
      .filter(([name]) => name !== '#text' && name !== ':@')
      .map(([name, content]) => element(name, content)),
  )
}

function element(name: string, content: unknown): XmlElement {
  const children = elements(content)
  if (children.length > 0 || !Array.isArray(content)) return { name, text: '', children }
  const text = content.map((node: Record<string, unknown>) => String(node['#text'] ?? '')).join('')
  return { name, text, children }
}

/** The first child called `name`, if there is one. */
export function child(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((c) => c.name === name)
}

/** Every child called `name`, in the document's order. */
export function childrenOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((c) => c.name === name)
}

/** The text of the first child called `name`; undefined when there is no such child. */
export function textOf(parent: XmlElement, name: string): string | undefined {
  return child(parent, name)?.text
}

/** A document with one root element, in `namespace` when it is given. */
export function buildXml(root: string, content: XmlMembers, namespace?: string): string {
  const attributes = namespace === undefined ? {} : { '@xmlns': namespace }
  const body: string = builder.build({ [root]: { ...attributes, ...(plain(content) as object) } })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}`
}

/** The builder writes undefined as an empty element, so it must not see any. */
function plain(content: XmlContent): unknown {
  if (Array.isArray(content)) return content.map(plain)
  if (typeof content !== 'object') return String(content)
  return Object.fromEntries(
    Object.entries(content)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, plain(value)]),
  )
}
