import type { ConfigDocument, SyntaxProblem } from '../registry-config/document.ts'
import type { Environment } from '../registry-config/environment.ts'
import type { Node, Position } from '../registry-config/node.ts'
import type { Release } from '../registry-config/releases.ts'

/** One config to judge: a file, or what stands in a Kubernetes object or a compose file, with its environment. */
export interface Subject {
  /** The file in which it was found, of which the places of variables and mounts are; a compose file mounts another. */
  readonly file: string
  readonly document: ConfigDocument
  readonly syntax: readonly SyntaxProblem[]
  /** Set beside the config, over the environment that the person gives. */
  readonly environment: Environment
  /** Where those variables are written. */
  readonly places: Readonly<Record<string, Position>>
  /** What the image's tag says. */
  readonly release?: Release
  /** The config is mounted from elsewhere, so nothing is known of it but its place and the variables. */
  readonly unseen?: true
  /** Where the config is mounted in the container. */
  readonly mount?: { readonly path: string; readonly file: string; readonly position: Position }
}

/** The value of `name` in a map; undefined for anything else. */
export function field(node: Node | undefined, name: string): Node | undefined {
  const map = node?.kind === 'alias' ? node.target : node
  if (map?.kind !== 'map') return undefined
  return map.pairs.findLast(({ key }) => key.kind === 'scalar' && key.text === name)?.value
}

/** The value at a path of names. */
export function deep(node: Node | undefined, ...path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((here, name) => field(here, name), node)
}

/** The items of a list; none for anything else. */
export function items(node: Node | undefined): readonly Node[] {
  const list = node?.kind === 'alias' ? node.target : node
  return list?.kind === 'list' ? list.items : []
}

/** The pairs of a map as names and values; none for anything else. */
export function pairs(node: Node | undefined): readonly (readonly [string, Node, Node])[] {
  const map = node?.kind === 'alias' ? node.target : node
  if (map?.kind !== 'map') return []
  return map.pairs.flatMap(({ key, value }) =>
    key.kind === 'scalar' ? [[key.text, value, key] as const] : [],
  )
}

/** The text of a scalar; "" for anything else. */
export function scalarText(node: Node | undefined): string {
  const scalar = node?.kind === 'alias' ? node.target : node
  return scalar?.kind === 'scalar' ? scalar.text : ''
}
