import { Composer, type Document, isAlias, isMap, isPair, isScalar, isSeq, Parser, Scalar } from 'yaml'
import { lookFirst } from './limits.ts'
import { countLines, type Lines } from './lines.ts'
import type { MapNode, Node, Pair, Position } from './node.ts'

/** The first YAML document of a config file, which is the only one the registry reads. */
export interface ConfigDocument {
  readonly file: string
  readonly text: string
  /** Undefined for an empty file. */
  readonly root: Node | undefined
  position(offset: number): Position
}

/** Why the text is not YAML: what the registry would say is close to `message`. */
export interface SyntaxProblem {
  readonly message: string
  readonly offset: number
  readonly position: Position
}

export type ReadDocument =
  | { readonly document: ConfigDocument }
  | { readonly problems: readonly SyntaxProblem[]; readonly text: string }

/** Reads `text` as YAML. Never throws on bad input: what is wrong comes back as problems. */
export function readDocument(text: string, file: string): ReadDocument {
  const lines = countLines(text)
  const refused = lookFirst(text)
  if (refused !== undefined) return { problems: [{ ...refused, position: lines(refused.offset) }], text }
  try {
    return compose(text, file, lines)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { problems: [{ message, offset: 0, position: { line: 1, column: 1 } }], text }
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

function compose(text: string, file: string, lines: Lines): ReadDocument {
  const first = new Composer(options).compose(new Parser().parse(text), true, text.length).next().value
  const document = first as Document.Parsed | undefined
  const problems: SyntaxProblem[] = []
  const report = (message: string, offset: number) =>
    problems.push({ message, offset, position: lines(offset) })
  for (const error of document?.errors ?? []) report(error.message, error.pos[0])
  const root = document === undefined || problems.length > 0 ? undefined : convert(document, report)
  if (problems.length > 0) return { problems, text }
  return { document: { file, text, root, position: lines } }
}

/** The library's nodes as ours; reports an alias without an anchor. */
function convert(
  document: Document.Parsed,
  report: (message: string, offset: number) => void,
): Node | undefined {
  const anchors = new Map<string, Node>()

  const node = (raw: unknown, at: number): Node => {
    if (isAlias(raw)) {
      const start = raw.range?.[0] ?? at
      const target = anchors.get(raw.source)
      if (target === undefined) {
        report(`unknown anchor '${raw.source}' referenced`, start)
        return empty(start)
      }
      return { kind: 'alias', name: raw.source, target, start, end: raw.range?.[1] ?? start }
    }
    if (isScalar(raw)) {
      const [start, end] = raw.range ?? [at, at]
      const plain = raw.type === undefined || raw.type === Scalar.PLAIN
      const scalar: Node = { kind: 'scalar', text: String(raw.value ?? ''), plain, tag: raw.tag, start, end }
      if (raw.anchor !== undefined) anchors.set(raw.anchor, scalar)
      return scalar
    }
    if (isMap(raw)) {
      const [start, end] = raw.range ?? [at, at]
      const pairs: Pair[] = []
      const map: MapNode = { kind: 'map', pairs, start, end }
      if (raw.anchor !== undefined) anchors.set(raw.anchor, map)
      for (const item of raw.items) {
        const key = node(item.key, start)
        pairs.push({ key, value: node(item.value, key.end) })
      }
      return map
    }
    if (isSeq(raw)) {
      const [start, end] = raw.range ?? [at, at]
      const items: Node[] = []
      const list: Node = { kind: 'list', items, start, end }
      if (raw.anchor !== undefined) anchors.set(raw.anchor, list)
      for (const item of raw.items) {
        items.push(isPair(item) ? pairAsMap(item, start) : node(item, start))
      }
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
