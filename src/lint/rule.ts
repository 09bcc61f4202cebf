import type { Remedy, Severity } from '../core/finding.ts'
import type { ConfigDocument, SyntaxProblem } from '../registry-config/document.ts'
import type { EffectiveConfig } from '../registry-config/effective.ts'
import type { Environment } from '../registry-config/environment.ts'
import type { Node, Position } from '../registry-config/node.ts'
import type { Path, Where } from '../registry-config/problem.ts'
import type { Release } from '../registry-config/releases.ts'
import type { Value } from '../registry-config/value.ts'
import type { Subject } from './subject.ts'

/**
 * One thing that a config must not have. A rule looks at what the registry will use and complains; it is pure and
 * synchronous, reads no file, and knows nothing of lines: the runner finds them. Its examples run as tests.
 */
export interface Rule {
  /** Its file's name. */
  readonly id: string
  /** What is wrong, as a short phrase. */
  readonly summary: string
  readonly severity: Severity
  /** Where it applies; to all releases unless given. `until` is the first one where it no longer does. */
  readonly releases?: { readonly since?: Release; readonly until?: Release }
  readonly why: string
  readonly examples: readonly Example[]
  check(input: LintInput): Iterable<Complaint>
}

/** Two configs that differ in the point of the rule: it complains about `bad` and not about `good`. */
export interface Example {
  readonly bad: string
  readonly good: string
  /** The latest 3.x unless given. */
  readonly release?: Release
  readonly environment?: Environment
  /** The environment of `good`, where it differs. */
  readonly goodEnvironment?: Environment
  /** The content of the private key that the config names. */
  readonly privateKey?: string
  readonly goodPrivateKey?: string
}

export interface LintInput {
  /** Why the text is no YAML; when there is any, the config below is empty. */
  readonly syntax: readonly SyntaxProblem[]
  readonly document: ConfigDocument
  readonly effective: EffectiveConfig
  readonly release: Release
  readonly environment: Environment
  /** The content of the private key, when the person passed its file. */
  readonly privateKey: string | undefined
  /** Where the config is mounted in its container, when a compose file or a Kubernetes object says so. */
  readonly mount: Subject['mount']
  /** The ids of all rules, for what is said about them. */
  readonly ruleIds: readonly string[]
}

export interface Complaint {
  readonly at: At
  readonly message: string
  /** The registry will not start. */
  readonly refuses?: boolean
  /** When it is not the rule's. */
  readonly severity?: Severity
  readonly cause?: string
  readonly evidence?: { readonly expected: string; readonly actual: string }
  readonly remedy?: Remedy
  /** Changes of the text that cure it for certain. */
  readonly fix?: readonly Edit[]
}

/** A node, a variable, an offset of the text, or a key: the runner finds the value of the longest part of a path that is there. */
export type At =
  | Where
  | { readonly kind: 'path'; readonly path: Path; readonly point: 'key' | 'value' }
  | { readonly kind: 'offset'; readonly offset: number }
  /** Of the file, not of the document; of the document's file unless another one is given. */
  | { readonly kind: 'position'; readonly position: Position; readonly file?: string }

/** Replaces the document's text from `start` to `end`. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The key at `path`. */
export function key(...path: Path): At {
  return { kind: 'path', path, point: 'key' }
}

/** The value at `path`. */
export function value(...path: Path): At {
  return { kind: 'path', path, point: 'value' }
}

/** A complaint that the registry will not start, in its own words. */
export function refusal(
  at: At,
  message: string,
  more: Omit<Complaint, 'at' | 'message' | 'refuses'> = {},
): Complaint {
  return { at, refuses: true, message: `the registry will not start: ${message}`, ...more }
}

/** A fix that puts `text` where `node` stands; none for what does not stand in the file. */
export function replaced(node: Node | undefined, text: string): Pick<Complaint, 'fix'> {
  return node === undefined ? {} : { fix: [{ start: node.start, end: node.end, text }] }
}

/** Where a value is written; undefined for a variable's and a default. */
export function nodeOf(value: Value | undefined): Node | undefined {
  return value?.origin.from === 'file' ? value.origin.node : undefined
}
