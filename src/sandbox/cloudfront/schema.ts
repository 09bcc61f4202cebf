/**
 * The building blocks of request bodies. A value is read from XML, where everything is text, or from the
 * state file, where it is JSON already: both give the same. A list is kept as CloudFront writes it,
 * `{ Quantity, Items: { ElementName: [...] } }`, so that what is read back is what was written.
 */
import { z } from 'zod'

export const flag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
)

/** A whole number from `min` to `max`. */
export const integer = (min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value),
    z.int().min(min).max(max),
  )

/** A text of up to `max` characters. */
export const text = (max = 65_536) => z.string().max(max)

/** One of `values`. */
export const choice = <const T extends readonly string[]>(values: T) => z.enum(values)

/** An element with members; an empty one is an element without members. Unknown members are refused. */
export const structure = <T extends z.ZodRawShape>(members: T) =>
  z.preprocess((value) => (value === '' ? {} : value), z.strictObject(members))

const elements = <E extends string, T extends z.ZodType>(element: E, member: T) =>
  z.preprocess(
    (value) => {
      if (value === '') return { [element]: [] }
      const inner = (value as Record<string, unknown> | null)?.[element]
      return inner === undefined || Array.isArray(inner)
        ? value
        : { ...(value as object), [element]: [inner] }
    },
    z.strictObject({ [element]: z.array(member) } as Record<E, z.ZodArray<T>>),
  )

/** A list without a count: `<Items><Element/>…</Items>`. */
export const list = elements

/**
 * `<Quantity>n</Quantity><Items><Element/>…</Items>` and `more` members beside them. A count that is not the
 * number of items is InconsistentQuantities.
 */
export const counted = <
  E extends string,
  T extends z.ZodType,
  M extends z.ZodRawShape = Record<never, never>,
>(
  element: E,
  member: T,
  more: M = {} as M,
) =>
  structure({ ...more, Quantity: integer(), Items: elements(element, member).optional() }).superRefine(
    (value, context) => {
      const { Quantity, Items } = value as Counted<unknown>
      const found = Items === undefined ? 0 : items({ Items }).length
      if (found !== Quantity)
        context.addIssue({
          code: 'custom',
          message: `The value of Quantity (${Quantity}) does not match the number of Items (${found}).`,
          params: { code: 'InconsistentQuantities' },
        })
    },
  )

interface Counted<T> {
  readonly Quantity?: number
  readonly Items?: Readonly<Record<string, readonly T[]>> | undefined
}

/** The members of a list, none when there is no list. */
export function items<T>(list: Counted<T> | undefined): readonly T[] {
  return Object.values(list?.Items ?? {}).flat()
}

/** A list of this many items, in the form that is stored. */
export const none = { Quantity: 0 } as const
