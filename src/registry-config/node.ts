/**
 * A config's syntax: what stands in the file, with places, before the registry's types are put on it.
 * Offsets are UTF-16 code units from the start of the document's text.
 */

export interface Span {
  readonly start: number
  readonly end: number
}

export interface ScalarNode extends Span {
  readonly kind: 'scalar'
  /** The content, without quotes and with escapes resolved. */
  readonly text: string
  /** Not quoted and not a block scalar, so that its type follows from its text. */
  readonly plain: boolean
  readonly tag: string | undefined
}

export interface Pair {
  readonly key: Node
  /** A key without a value has an empty plain scalar. */
  readonly value: Node
}

export interface MapNode extends Span {
  readonly kind: 'map'
  readonly pairs: readonly Pair[]
}

export interface ListNode extends Span {
  readonly kind: 'list'
  readonly items: readonly Node[]
}

export interface AliasNode extends Span {
  readonly kind: 'alias'
  readonly name: string
  /** The anchored node; it may contain this alias. */
  readonly target: Node
}

export type Node = ScalarNode | MapNode | ListNode | AliasNode

/** A place in a file; both 1-based, the column in UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly column: number
}
