import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Parser,
  Scalar,
  type YAMLParseError,
} from 'yaml'
import { lookFirst } from './limits.ts'
import { countLines } from './lines.ts'
import type { MapNode, Node, Pair, Position } from './node.ts'

/** The first YAML document of a config file, which is the only one the registry reads. */
export interface ConfigDocument {
  readonly file: string
  readonly text: string
  /** Undefined for an empty file. */
  readonly root: Node | undefined
  /** Where an offset of `text` is in the file. */
  position(offset: number): Position
  /** The offset in the file, for edits; undefined where the text stands there in another form. Absent: the same. */
  outer?(offset: number): number | undefined
}

/** Why the text is not YAML: what the registry would say is close to `message`. */
export interface SyntaxProblem {
  readonly message: string
  readonly offset: number
  readonly position: Position
  /** The limit is ours: the registry might read the text. */
  readonly limit?: boolean
}

export type ReadDocument =
  | { readonly document: ConfigDocument }
  | { readonly problems: readonly SyntaxProblem[]; readonly text: string }

/** Where a text that stands inside another file is in that file. */
export type Inside = Pick<ConfigDocument, 'position' | 'outer'>

/** Reads `text` as YAML, its first document. Never throws on bad input: what is wrong comes back as problems. */
export function readDocument(text: string, file: string, inside?: Inside): ReadDocument {
  for (const first of readDocuments(text, file, inside)) return first
  return { document: { file, text, root: undefined, position: countLines(text), ...inside } }
}

/** Every YAML document of `text`, one after the other; one without a root for an empty text. */
export function* readDocuments(text: string, file: string, inside?: Inside): Iterable<ReadDocument> {
  const position = inside?.position ?? countLines(text)
  const refused = lookFirst(text)
  if (refused !== undefined) {
    yield { problems: [{ ...refused, position: position(refused.offset) }], text }
    return
  }
  try {
    for (const parsed of new Composer(options).compose(new Parser().parse(text), true, text.length)) {
      yield read(parsed as Document.Parsed, { file, text, position, ...inside })
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    yield { problems: [{ message, offset: 0, position: position(0) }], text }
  }
}

const options = {
  schema: 'failsafe',
  version: '1.1',
  merge: false,
  uniqueKeys: false,
  logLevel: 'silent',
  prettyErrors: false,
  stringKeys: false,
} as const

function read(parsed: Document.Parsed, place: Omit<ConfigDocument, 'root'>): ReadDocument {
  const problems: SyntaxProblem[] = []
  const report = (message: string, offset: number) =>
    problems.push({ message, offset, position: place.position(offset) })
  for (const error of parsed.errors) if (!isLenient(error)) report(error.message, error.pos[0])
  const root = problems.length > 0 ? undefined : convert(parsed, place.text, report)
  return problems.length > 0 ? { problems, text: place.text } : { document: { ...place, root } }
}

/** What the library objects to and the registry's parser does not: a flow collection may be indented as it likes. */
function isLenient({ code, message }: YAMLParseError): boolean {
  return code === 'BAD_INDENT' && message.startsWith('Flow ')
}

/** The library's nodes as ours; reports an alias without an anchor. */
function convert(
  document: Document.Parsed,
  text: string,
  report: (message: string, offset: number) => void,
): Node | undefined {
  const anchors = new Map<string, Node>()
  let flow = 0

  const anchor = (raw: { anchor?: string | undefined }, node: Node): void => {
    if (raw.anchor === undefined) return
    if (!/^[\w-]+$/.test(raw.anchor))
      report('did not find expected alphabetic or numeric character', node.start)
    anchors.set(raw.anchor, node)
  }

  const closed = (bracket: string, end: number): void => {
    flow -= 1
    if (text[end - 1] !== bracket) report(`did not find expected ',' or '${bracket}'`, end)
  }

  const node = (raw: unknown, at: number): Node => {
    if (isAlias(raw)) {
      const start = raw.range?.[0] ?? at
      const target = anchors.get(raw.source)
      if (target === undefined) {
        // The name may be the beginning of a secret.
        report('an alias (*) names an anchor that is not there', start)
        return empty(start)
      }
      return { kind: 'alias', name: raw.source, target, start, end: raw.range?.[1] ?? start }
    }
    if (isScalar(raw)) {
      const [start, end] = raw.range ?? [at, at]
      const plain = raw.type === undefined || raw.type === Scalar.PLAIN
      const scalar: Node = { kind: 'scalar', text: String(raw.value ?? ''), plain, tag: raw.tag, start, end }
      anchor(raw, scalar)
      // In a flow collection the registry's parser takes no plain scalar that begins with a colon: `{addr: :5000}`.
      if (flow > 0 && plain && text[start] === ':' && end > start)
        report('did not find expected node content', start)
      // Nor does it go on after a question mark.
      if (flow > 0 && plain && text.slice(start + 1, end).includes('?')) {
        report("did not find expected ',' or a closing bracket", start)
      }
      return scalar
    }
    if (isMap(raw)) {
      const [start, end] = raw.range ?? [at, at]
      const pairs: Pair[] = []
      const map: MapNode = { kind: 'map', pairs, start, end }
      anchor(raw, map)
      if (raw.flow) flow += 1
      for (const item of raw.items) {
        const key = node(item.key, start)
        if (key.end === key.start && text[key.start] === ':') report('did not find expected key', key.start)
        const value = node(item.value, key.end)
        // `{a:[b]}`: without a blank the colon belongs to a plain key, and the bracket is one too many.
        if (flow > 0 && key.kind === 'scalar' && key.plain && /[[{]/.test(text[key.end + 1] ?? '')) {
          report("did not find expected ',' or '}'", key.end)
        }
        pairs.push({ key, value })
      }
      if (raw.flow) closed('}', end)
      return map
    }
    if (isSeq(raw)) {
      const [start, end] = raw.range ?? [at, at]
      const items: Node[] = []
      const list: Node = { kind: 'list', items, start, end }
      anchor(raw, list)
      if (raw.flow) flow += 1
      for (const item of raw.items) items.push(isPair(item) ? pairAsMap(item, start) : node(item, start))
      if (raw.flow) closed(']', end)
      return list
    }
    return empty(at)
  }

  const pairAsMap = (pair: { key: unknown; value: unknown }, at: number): Node => {
    const key = node(pair.key, at)
    const value = node(pair.value, key.end)
    return { kind: 'map', pairs: [{ key, value }], start: key.start, end: value.end }
  }

  return document.contents === null ? undefined : node(document.contents, 0)
}

function empty(at: number): Node {
  return { kind: 'scalar', text: '', plain: true, tag: undefined, start: at, end: at }
}
