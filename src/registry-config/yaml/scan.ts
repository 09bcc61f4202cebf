import { isBreak, isBreakOrEnd, isSpaceOrEnd } from './characters.ts'
import { scanBlock, scanPlain, scanQuoted } from './scalars.ts'
import { NotYaml, openSource, type Source } from './source.ts'
import { type Directive, type ScannedTag, scanDirective, scanTag } from './tags.ts'

/** A piece of YAML; `block-*` stand for what indents say. `key` and `value` are the two halves of a pair. */
export type Token = { readonly start: number; readonly end: number } & (
  | {
      readonly kind:
        | 'document-start'
        | 'document-end'
        | 'stream-end'
        | 'block-list'
        | 'block-map'
        | 'block-end'
        | '['
        | ']'
        | '{'
        | '}'
        | ','
        | 'item'
        | 'key'
        | 'value'
    }
  | { readonly kind: 'directive'; readonly directive: Directive }
  | { readonly kind: 'anchor' | 'alias'; readonly name: string }
  | { readonly kind: 'tag'; readonly tag: ScannedTag }
  | { readonly kind: 'scalar'; readonly text: string; readonly plain: boolean }
)

export interface Tokens {
  /** The token at hand; `stream-end` for ever at the end. Throws NotYaml. */
  peek(): Token
  /** The token at hand, which is then done with. */
  take(): Token
}

/** Where a key without a question mark may have begun: its colon must follow in the same line, within 1024 characters. */
interface PossibleKey {
  possible: boolean
  /** In a block map nothing but a key may stand at the map's indent. */
  readonly required: boolean
  /** How many tokens came before it. */
  readonly number: number
  readonly start: number
  readonly line: number
  readonly column: number
}

const none: PossibleKey = { possible: false, required: false, number: -1, start: 0, line: 0, column: 0 }

/** Takes `text` apart as the registry's YAML reader does, token by token. Source: the scanner of yaml.v2. */
export function scan(text: string): Tokens {
  const source = openSource(text, text.startsWith('\uFEFF') ? 1 : 0)
  const queue: Token[] = []
  /** The place in `queue` of the token at hand, and how many came before it. */
  let head = 0
  let taken = 0
  let ended = false
  let indent = -1
  const indents: number[] = []
  /** One for the block and each flow collection that is open. */
  const keys: PossibleKey[] = [none]
  /** The depth in `keys` of a possible key by the number of its token. */
  const depths = new Map<number, number>()
  let mayBeKey = true

  const inFlow = () => keys.length > 1
  const add = (token: Token) => queue.push(token)

  /** Whether a colon here would make it a key. */
  const isAlive = (key: PossibleKey): boolean => {
    if (!key.possible) return false
    if (key.line === source.line && !isLong(source, key.start)) return true
    refuseRequired(key)
    drop(key)
    return false
  }

  const drop = (key: PossibleKey): undefined => {
    key.possible = false
    depths.delete(key.number)
  }

  const noteKey = (): undefined => {
    if (!mayBeKey) return
    forgetKey()
    const number = taken + queue.length - head
    const required = !inFlow() && indent === source.column()
    const { at: start, line } = source
    keys[keys.length - 1] = { possible: true, required, number, start, line, column: source.column() }
    depths.set(number, keys.length - 1)
  }

  const forgetKey = (): undefined => {
    const key = keys.at(-1) ?? none
    if (!key.possible) return
    refuseRequired(key)
    drop(key)
  }

  /** Begins a block collection at `column` if none is open there; `number` is its first token's, or undefined for the next. */
  const open = (
    kind: 'block-list' | 'block-map',
    column: number,
    start: number,
    number?: number,
  ): undefined => {
    if (inFlow() || indent >= column) return
    indents.push(indent)
    indent = column
    const token: Token = { kind, start, end: start }
    if (number === undefined) add(token)
    else queue.splice(head + number - taken, 0, token)
  }

  const close = (column: number): undefined => {
    if (inFlow()) return
    while (indent > column) {
      add({ kind: 'block-end', start: source.at, end: source.at })
      indent = indents.pop() ?? -1
    }
  }

  const sign = (kind: Extract<Token['kind'], string>, length = 1): undefined => {
    const start = source.at
    source.skip(length)
    add({ kind, start, end: source.at } as Token)
  }

  const toLineOfItsOwn = (): undefined => {
    close(-1)
    forgetKey()
    mayBeKey = false
  }

  const reason = ({ start, line, number }: PossibleKey): string =>
    number >= 0 && line === source.line && isLong(source, start) ? ': a key has at most 1024 characters' : ''

  const fetchValue = (): undefined => {
    const key = keys.at(-1) ?? none
    if (isAlive(key)) {
      queue.splice(head + key.number - taken, 0, { kind: 'key', start: key.start, end: key.start })
      open('block-map', key.column, key.start, key.number)
      drop(key)
      mayBeKey = false
    } else {
      if (!inFlow()) {
        if (!mayBeKey)
          throw new NotYaml(`mapping values are not allowed in this context${reason(key)}`, source.at)
        open('block-map', source.column(), source.at)
      }
      mayBeKey = !inFlow()
    }
    sign('value')
  }

  const fetchIndicator = (kind: 'item' | 'key'): undefined => {
    if (!inFlow()) {
      if (!mayBeKey)
        throw new NotYaml(
          `${kind === 'item' ? 'block sequence entries' : 'mapping keys'} are not allowed in this context`,
          source.at,
        )
      open(kind === 'item' ? 'block-list' : 'block-map', source.column(), source.at)
    }
    forgetKey()
    mayBeKey = kind === 'item' || !inFlow()
    sign(kind)
  }

  const fetchName = (kind: 'anchor' | 'alias'): undefined => {
    noteKey()
    mayBeKey = false
    const start = source.at
    const found = /[\w-]+(?=[?:,\]}%@` \t\r\n\x85\u2028\u2029]|$)/y
    found.lastIndex = start + 1
    const name = found.exec(text)?.[0]
    if (name === undefined) throw new NotYaml('did not find expected alphabetic or numeric character', start)
    source.skip(1 + name.length)
    add({ kind, name, start, end: source.at })
  }

  const fetchTag = (): undefined => {
    noteKey()
    mayBeKey = false
    const start = source.at
    add({ kind: 'tag', tag: scanTag(source), start, end: source.at })
  }

  const fetchScalar = (code: number): undefined => {
    const start = source.at
    if ((code === 0x7c || code === 0x3e) && !inFlow()) {
      forgetKey()
      mayBeKey = true
      add({ kind: 'scalar', plain: false, start, ...scanBlock(source, indent) })
      return
    }
    noteKey()
    mayBeKey = false
    if (code === 0x22 || code === 0x27) {
      add({ kind: 'scalar', plain: false, start, ...scanQuoted(source) })
      return
    }
    const { broken, ...scalar } = scanPlain(source, indent + 1, inFlow())
    if (broken) mayBeKey = true
    add({ kind: 'scalar', plain: true, start, ...scalar })
  }

  const fetch = (): undefined => {
    toNextToken(
      source,
      () => inFlow() || !mayBeKey,
      () => {
        if (!inFlow()) mayBeKey = true
      },
    )
    close(source.column())
    const code = source.code()
    if (Number.isNaN(code)) {
      // The end of the text ends its line.
      if (source.column() > 0) source.line += 1
      toLineOfItsOwn()
      ended = true
      add({ kind: 'stream-end', start: source.at, end: source.at })
      return
    }
    if (code === 0x25 && source.column() === 0) {
      toLineOfItsOwn()
      const start = source.at
      add({ kind: 'directive', directive: scanDirective(source), start, end: source.at })
      return
    }
    if (source.atDocumentMark()) {
      toLineOfItsOwn()
      sign(code === 0x2d ? 'document-start' : 'document-end', 3)
      return
    }
    const spaced = isSpaceOrEnd(source.code(1))
    switch (text[source.at]) {
      case '[':
      case '{':
        noteKey()
        keys.push(none)
        mayBeKey = true
        return sign(code === 0x5b ? '[' : '{')
      case ']':
      case '}':
        forgetKey()
        if (keys.length > 1) keys.pop()
        mayBeKey = false
        return sign(code === 0x5d ? ']' : '}')
      case ',':
        forgetKey()
        mayBeKey = true
        return sign(',')
      case '-':
        if (spaced) return fetchIndicator('item')
        break
      case '?':
        if (spaced || inFlow()) return fetchIndicator('key')
        break
      case ':':
        if (spaced || inFlow()) return fetchValue()
        break
      case '*':
        return fetchName('alias')
      case '&':
        return fetchName('anchor')
      case '!':
        return fetchTag()
      case '|':
      case '>':
        if (inFlow()) throw new NotYaml('found character that cannot start any token', source.at)
        break
      case '%':
      case '@':
      case '`':
        throw new NotYaml('found character that cannot start any token', source.at)
      case '\t':
        throw new NotYaml('found character that cannot start any token: a tab', source.at)
    }
    fetchScalar(code)
  }

  /** A possible key at the front of the queue may still get a token put before it. */
  const isSettled = (): boolean => {
    if (head === queue.length) return false
    const depth = depths.get(taken)
    return depth === undefined || !isAlive(keys[depth] ?? none)
  }

  const peek = (): Token => {
    while (!isSettled() && !ended) fetch()
    return queue[head] ?? { kind: 'stream-end', start: text.length, end: text.length }
  }

  return {
    peek,
    take() {
      const token = peek()
      if (token.kind === 'stream-end') return token
      head += 1
      taken += 1
      if (head === queue.length) {
        queue.length = 0
        head = 0
      }
      return token
    },
  }
}

/** Goes past blanks, comments and breaks. A tab is none where it could be an indent. */
function toNextToken(source: Source, tabsMayStand: () => boolean, newLine: () => void): void {
  for (;;) {
    while (source.code() === 0x20 || (source.code() === 0x09 && tabsMayStand())) source.skip()
    if (source.code() === 0x23) while (!isBreakOrEnd(source.code())) source.skip()
    if (!isBreak(source.code())) return
    source.skipBreak()
    newLine()
  }
}

/** More than 1024 characters since `start`; an offset counts some characters twice. */
function isLong(source: Source, start: number): boolean {
  return (
    source.at - start > 1024 && [...source.text.slice(start, Math.min(source.at, start + 2050))].length > 1024
  )
}

function refuseRequired(key: PossibleKey): void {
  if (key.required) throw new NotYaml("could not find expected ':'", key.start)
}
