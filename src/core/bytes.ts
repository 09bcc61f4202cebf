/** A number of bytes for people, `112.4 MiB`; below a KiB in `unit`. */
export function inWords(bytes: number, unit: 'bytes' | 'B' = 'bytes'): string {
  for (const [size, name] of [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ] as const) {
    if (bytes >= size) return `${(bytes / size).toFixed(1)} ${name}`
  }
  return `${bytes} ${unit}`
}
