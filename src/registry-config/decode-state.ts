import type { Node, ScalarNode } from './node.ts'
import type { Dropped, Path, Refusal, Where } from './problem.ts'
import type { Release } from './releases.ts'
import { type Resolved, resolve } from './resolve.ts'
import { parameters, type Type } from './schema/type.ts'
import type { Origin, Value } from './value.ts'

/** What reading a document for a release collects. */
export interface Decoder {
  readonly release: Release
  readonly refusals: Refusal[]
  readonly dropped: Dropped[]
  /** The variable whose value is being read, if it is not the file. */
  readonly variable?: string
}

export interface State extends Decoder {
  /** The aliases being followed. */
  readonly aliases: Set<Node>
  steps: number
  aliasSteps: number
}

/**
 * Thrown where the registry's parser gives up at once. We go on beside the value, to judge the rest in the same run,
 * unless it is the document's shape that nobody can follow.
 */
export class Stop extends Error {
  readonly goesOn: boolean
  constructor(message: string, reason: Refusal['reason']) {
    super(message)
    this.goesOn = reason !== 'alias' && reason !== 'merge'
  }
}

/** A value that cannot be read; the reason has been noted. */
export const bad: unique symbol = Symbol('bad')
/** Undefined is null: Go's zero value. */
export type Outcome = Value | undefined | typeof bad

export function whereOf(decoder: Decoder, node: Node): Where {
  return decoder.variable === undefined
    ? { kind: 'node', node }
    : { kind: 'variable', name: decoder.variable }
}

export function originOf(decoder: Decoder, node: Node): Origin {
  return decoder.variable === undefined
    ? { from: 'file', node }
    : { from: 'variable', name: decoder.variable }
}

/** Notes why the registry refuses a value, and goes on, as its parser does for types. */
export function refuse(
  state: State,
  node: Node,
  path: Path,
  reason: Refusal['reason'],
  message: string,
): typeof bad {
  state.refusals.push({ kind: 'refusal', reason, path, where: whereOf(state, node), message })
  return bad
}

/** Notes why the registry refuses the document, and gives up. */
export function stop(
  state: State,
  node: Node,
  path: Path,
  reason: Refusal['reason'],
  message: string,
): never {
  refuse(state, node, path, reason, message)
  throw new Stop(message, reason)
}

/** The scalar's type and value; gives up where its tag does not fit its text. */
export function resolveNode(state: State, node: ScalarNode, path: Path): Resolved {
  const found = resolve(node.text, { plain: node.plain, tag: node.tag, release: state.release })
  return found.type === 'error' ? stop(state, node, path, 'type', found.message) : found
}

/** Notes that a node of one kind stands where the registry expects another. */
export function mismatch(state: State, node: Node, path: Path, type: Type, tag: string): typeof bad {
  const text =
    node.kind === 'scalar' ? ` \`${node.text.length > 10 ? `${node.text.slice(0, 7)}...` : node.text}\`` : ''
  return refuse(state, node, path, 'type', `cannot unmarshal ${tag}${text} into ${goName(type)}`)
}

function goName(type: Type): string {
  switch (type.kind) {
    case 'list':
      return `[]${goName(type.of)}`
    case 'map':
      if (type === parameters) return 'configuration.Parameters'
      return `map[string]${goName(type.of)}`
    case 'choice':
      return type.of === 'storage' ? 'configuration.Storage' : 'configuration.Auth'
    case 'any':
      return 'interface {}'
    case 'duration':
      return 'time.Duration'
    case 'version':
    case 'word':
      return 'string'
    default:
      return type.kind
  }
}

/** What an alias stands for. */
export function target(node: Node): Exclude<Node, { kind: 'alias' }> {
  let here = node
  while (here.kind === 'alias') here = here.target
  return here
}
