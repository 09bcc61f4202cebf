/** The bytes asked for: `start` to `end`, exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * What a Range header means for `size` bytes: the range; undefined for the whole object, which is also
 * what S3 gives for several ranges and for what it cannot read; 'unsatisfiable' when it holds no byte.
 */
export function parseRange(header: string | undefined, size: number): Range | undefined | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start < end ? { start, end } : 'unsatisfiable'
}

/** The range of an `x-amz-copy-source-range`, which must lie within the source; undefined when it does not, or is none. */
export function parseCopyRange(header: string, size: number): Range | undefined {
  const match = /^bytes=(\d+)-(\d+)$/.exec(header)
  if (match === null) return undefined
  const [start, last] = [Number(match[1]), Number(match[2])]
  return start <= last && last < size ? { start, end: last + 1 } : undefined
}
