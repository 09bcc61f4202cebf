import type { Node, Pair } from '../node.ts'
import { scan, type Token, type Tokens } from './scan.ts'
import { NotYaml } from './source.ts'

/** A document of a text; its root is undefined where the text has no document at all. */
export interface ReadYaml {
  readonly root: Node | undefined
}

/** Nesting beyond what `readYaml` is asked to follow: the limit is the caller's, not YAML's. */
export class TooDeep extends NotYaml {}

/**
 * The documents of `text`, one after the other, as the registry's YAML reader understands them; what follows a
 * document is looked at when the next one is asked for. Throws NotYaml, and TooDeep beyond `depth` levels. Source: the parser of yaml.v2.
 */
export function* readYaml(text: string, depth: number): Iterable<ReadYaml> {
  const tokens = scan(text)
  for (let first = true; ; first = false) {
    if (!first) while (tokens.peek().kind === 'document-end') tokens.take()
    const { kind } = tokens.peek()
    if (kind === 'stream-end') {
      if (first) yield { root: undefined }
      return
    }
    const bare = first && kind !== 'directive' && kind !== 'document-start'
    const tags = bare ? defaultTags() : readDirectives(tokens)
    if (!bare && tokens.take().kind !== 'document-start')
      throw new NotYaml('did not find expected <document start>', tokens.peek().start)
    const reader: Reader = { tokens, tags, anchors: new Map(), depth }
    const root =
      !bare && isBetweenDocuments(tokens.peek()) ? empty(tokens.peek().start) : readNode(reader, true, false)
    // An error right after the document is one of it.
    if (tokens.peek().kind === 'document-end') tokens.take()
    yield { root }
  }
}

interface Reader {
  readonly tokens: Tokens
  readonly tags: ReadonlyMap<string, string>
  readonly anchors: Map<string, Node>
  depth: number
}

function defaultTags(): Map<string, string> {
  return new Map([
    ['!', '!'],
    ['!!', 'tag:yaml.org,2002:'],
  ])
}

function readDirectives(tokens: Tokens): Map<string, string> {
  const tags = new Map<string, string>()
  let version = false
  for (let token = tokens.peek(); token.kind === 'directive'; token = tokens.peek()) {
    const { directive } = token
    if (directive.name === 'YAML') {
      if (version) throw new NotYaml('found duplicate %YAML directive', token.start)
      if (directive.version !== '1.1') throw new NotYaml('found incompatible YAML document', token.start)
      version = true
    } else {
      if (tags.has(directive.handle)) throw new NotYaml('found duplicate %TAG directive', token.start)
      tags.set(directive.handle, directive.prefix)
    }
    tokens.take()
  }
  return new Map([...defaultTags(), ...tags])
}

function isBetweenDocuments({ kind }: Token): boolean {
  return kind === 'directive' || kind === 'document-start' || kind === 'document-end' || kind === 'stream-end'
}

function empty(at: number): Node {
  return { kind: 'scalar', text: '', plain: true, tag: undefined, start: at, end: at }
}

/** `block` where a block collection may stand, `indentless` where a list may be at its key's own indent. */
function readNode(reader: Reader, block: boolean, indentless: boolean): Node {
  const { tokens, anchors } = reader
  const first = tokens.peek()
  if (first.kind === 'alias') {
    tokens.take()
    const target = anchors.get(first.name)
    // The name may be the beginning of a secret.
    if (target === undefined) throw new NotYaml('an alias (*) names an anchor that is not there', first.start)
    return { kind: 'alias', name: first.name, target, start: first.start, end: first.end }
  }
  const { anchor, tag, end } = readProperties(reader)
  const note = <N extends Node>(node: N): N => {
    if (anchor !== undefined) anchors.set(anchor, node)
    return node
  }
  const token = tokens.peek()
  if (reader.depth === 0) throw new TooDeep('the file is nested too deep', token.start)
  reader.depth -= 1
  const node = readContent(reader, token, block, indentless, tag, note)
  reader.depth += 1
  if (node !== undefined) return node
  if (end === undefined) throw new NotYaml('did not find expected node content', token.start)
  return note({ kind: 'scalar', text: '', plain: true, tag, start: end, end })
}

/** An anchor and a tag, in either order; `end` is undefined where there is none. */
function readProperties({ tokens, tags }: Reader): {
  readonly anchor: string | undefined
  readonly tag: string | undefined
  readonly end: number | undefined
} {
  let anchor: string | undefined
  let tag: string | undefined
  let end: number | undefined
  for (let token = tokens.peek(); ; token = tokens.peek()) {
    if (token.kind === 'anchor' && anchor === undefined) anchor = token.name
    else if (token.kind === 'tag' && tag === undefined) {
      const { handle, suffix } = token.tag
      const prefix = handle === '' ? '' : tags.get(handle)
      if (prefix === undefined) throw new NotYaml('found undefined tag handle', token.start)
      tag = prefix + suffix
    } else return { anchor, tag, end }
    end = token.end
    tokens.take()
  }
}

/** Undefined where no node begins. */
function readContent(
  reader: Reader,
  token: Token,
  block: boolean,
  indentless: boolean,
  tag: string | undefined,
  note: <N extends Node>(node: N) => N,
): Node | undefined {
  const { tokens } = reader
  const { start } = token
  switch (token.kind) {
    case 'scalar':
      tokens.take()
      return note({ kind: 'scalar', text: token.text, plain: token.plain, tag, start, end: token.end })
    case 'item': {
      if (!indentless) return undefined
      const list = note({ kind: 'list' as const, items: [] as Node[], start, end: start })
      while (tokens.peek().kind === 'item')
        list.items.push(readAfter(reader, ['item', 'key', 'value', 'block-end'], false))
      list.end = list.items.at(-1)?.end ?? start
      return list
    }
    case 'block-list': {
      if (!block) return undefined
      tokens.take()
      const list = note({ kind: 'list' as const, items: [] as Node[], start, end: start })
      while (tokens.peek().kind === 'item') list.items.push(readAfter(reader, ['item', 'block-end'], false))
      if (tokens.take().kind !== 'block-end')
        throw new NotYaml("did not find expected '-' indicator", tokens.peek().start)
      list.end = list.items.at(-1)?.end ?? start
      return list
    }
    case 'block-map': {
      if (!block) return undefined
      tokens.take()
      const map = note({ kind: 'map' as const, pairs: [] as Pair[], start, end: start })
      for (;;) {
        const next = tokens.peek()
        if (next.kind !== 'key') {
          if (next.kind !== 'block-end') throw new NotYaml('did not find expected key', next.start)
          tokens.take()
          break
        }
        const key = readAfter(reader, ['key', 'value', 'block-end'], true)
        const value =
          tokens.peek().kind === 'value'
            ? readAfter(reader, ['key', 'value', 'block-end'], true)
            : empty(tokens.peek().start)
        map.pairs.push({ key, value })
      }
      map.end = map.pairs.at(-1)?.value.end ?? start
      return map
    }
    case '[': {
      const list = note({ kind: 'list' as const, items: [] as Node[], start, end: start })
      list.end = readFlow(reader, ']', (next) => {
        list.items.push(next.kind === 'key' ? readPair(reader) : readNode(reader, false, false))
      })
      return list
    }
    case '{': {
      const map = note({ kind: 'map' as const, pairs: [] as Pair[], start, end: start })
      map.end = readFlow(reader, '}', (next) => {
        if (next.kind !== 'key') {
          const key = readNode(reader, false, false)
          map.pairs.push({ key, value: empty(tokens.peek().start) })
          return
        }
        const key = readAfter(reader, ['value', ',', '}'], false, false)
        map.pairs.push({ key, value: readFlowValue(reader, [',', '}']) })
      })
      return map
    }
    default:
      return undefined
  }
}

/** Takes the sign at hand, and reads the node behind it, which is empty when one of `ends` follows. */
function readAfter(reader: Reader, ends: readonly Token['kind'][], indentless: boolean, block = true): Node {
  const { end } = reader.tokens.take()
  return ends.includes(reader.tokens.peek().kind) ? empty(end) : readNode(reader, block, indentless)
}

/** What stands between brackets, entry by entry; gives the offset after the closing one. */
function readFlow({ tokens }: Reader, closing: ']' | '}', entry: (next: Token) => void): number {
  tokens.take()
  for (let first = true; tokens.peek().kind !== closing; first = false) {
    if (!first) {
      if (tokens.peek().kind !== ',')
        throw new NotYaml(`did not find expected ',' or '${closing}'`, tokens.peek().start)
      tokens.take()
      if (tokens.peek().kind === closing) break
    }
    entry(tokens.peek())
  }
  return tokens.take().end
}

function readFlowValue(reader: Reader, ends: readonly Token['kind'][]): Node {
  const token = reader.tokens.peek()
  return token.kind === 'value' ? readAfter(reader, ends, false, false) : empty(token.start)
}

/** A pair in a list, which stands for a map of its own: `[a: b]`. */
function readPair(reader: Reader): Node {
  const { tokens } = reader
  const { start, end } = tokens.take()
  const after = tokens.peek().kind
  // Of an empty key the sign that follows is lost.
  const isEmpty = after === 'value' || after === ',' || after === ']'
  if (isEmpty) tokens.take()
  const key = isEmpty ? empty(end) : readNode(reader, false, false)
  const value = readFlowValue(reader, [',', ']'])
  return { kind: 'map', pairs: [{ key, value }], start, end: value.end }
}
