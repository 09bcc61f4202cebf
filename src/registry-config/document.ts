import { limits, lookFirst } from './limits.ts'
import { countLines } from './lines.ts'
import type { Node, Position } from './node.ts'
import { readYaml, TooDeep } from './yaml/read.ts'
import { NotYaml } from './yaml/source.ts'

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
  const place = { file, text, position, ...inside }
  try {
    for (const { root } of readYaml(text, limits.depth)) yield { document: { ...place, root } }
  } catch (error) {
    if (!(error instanceof NotYaml)) throw error
    const { offset } = error
    const limit = error instanceof TooDeep
    const message = limit
      ? `the file is nested more than ${limits.depth} levels deep, so it is no registry config`
      : error.message
    yield { problems: [{ message, offset, position: position(offset), limit }], text }
  }
}
