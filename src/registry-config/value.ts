import type { Node } from './node.ts'
import type { Scalar } from './resolve.ts'
import type { Key, Type } from './schema/type.ts'

/**
 * A config as the registry holds it after parsing: Go's structs, maps, slices and scalars, each with where it
 * came from. Absent struct fields are Go's zero values.
 */
export type Value = ScalarValue | ListValue | MapValue | StructValue

export type Origin =
  | { readonly from: 'file'; readonly node: Node }
  | { readonly from: 'variable'; readonly name: string }
  | { readonly from: 'default' }

export interface ScalarValue {
  readonly kind: 'scalar'
  /** A duration's value is nanoseconds as bigint. */
  readonly type: 'null' | 'bool' | 'int' | 'float' | 'string' | 'duration'
  readonly value: Scalar
  /** As it is written. */
  readonly text: string
  readonly origin: Origin
}

export interface ListValue {
  readonly kind: 'list'
  readonly items: Value[]
  readonly of: Type
  readonly origin: Origin
}

export interface Entry {
  /** Where the key is written; undefined when a variable made it. */
  readonly key: Node | undefined
  readonly value: Value
}

export interface MapValue {
  readonly kind: 'map'
  /** Keys are text in typed maps, and any scalar in untyped ones (Go's map[interface{}]interface{}). */
  readonly entries: Map<Scalar, Entry>
  readonly keys: 'text' | 'any'
  readonly of: Type
  readonly origin: Origin
}

export interface StructValue {
  readonly kind: 'struct'
  readonly fields: Map<string, Entry>
  readonly keys: readonly Key[]
  readonly origin: Origin
}

/** The value at `path`, or undefined: names for structs and maps, indexes for lists. */
export function at(value: Value | undefined, ...path: readonly (string | number)[]): Value | undefined {
  let here = value
  for (const part of path) {
    if (here === undefined) return undefined
    here = entryOf(here, part)?.value
  }
  return here
}

/** The entry at `part` of a struct, map or list. */
export function entryOf(value: Value, part: string | number): Entry | undefined {
  switch (value.kind) {
    case 'struct':
      return value.fields.get(String(part))
    case 'map':
      return value.entries.get(part)
    case 'list': {
      const item = value.items[Number(part)]
      return item === undefined ? undefined : { key: undefined, value: item }
    }
    case 'scalar':
      return undefined
  }
}

/** The text of a string, or "" for anything else, which is Go's zero value. */
export function textOf(value: Value | undefined): string {
  return value?.kind === 'scalar' && value.type === 'string' ? String(value.value) : ''
}

/** Whether a boolean is set and true. */
export function isTrue(value: Value | undefined): boolean {
  return value?.kind === 'scalar' && value.value === true
}

/** A value as plain data: records, arrays, scalars. Integers beyond 2^53 stay bigint. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case 'scalar':
      return value.value
    case 'list':
      return value.items.map(plain)
    case 'map':
      return Object.fromEntries([...value.entries].map(([key, entry]) => [String(key), plain(entry.value)]))
    case 'struct':
      return Object.fromEntries([...value.fields].map(([key, entry]) => [key, plain(entry.value)]))
  }
}
