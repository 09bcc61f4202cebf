/** A config as its parts; leaves are YAML scalars as they are written. */
export type Tree = string | Tree[] | { [key: string]: Tree }

export type Branch = { [key: string]: Tree }

/** A tree as block YAML; its leaves are written as they are. */
export function write(tree: Branch, indent = ''): string {
  return Object.entries(tree)
    .map(([key, value]) => `${indent}${key}:${branch(value, `${indent}  `)}`)
    .join('')
}

function branch(value: Tree, indent: string): string {
  if (typeof value === 'string') return value === '' ? '\n' : ` ${value}\n`
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n'
    return `\n${value.map((item) => `${indent}-${listItem(item, `${indent}  `)}`).join('')}`
  }
  return Object.keys(value).length === 0 ? ' {}\n' : `\n${write(value, indent)}`
}

function listItem(item: Tree, indent: string): string {
  if (typeof item === 'string') return item === '' ? '\n' : ` ${item}\n`
  if (Array.isArray(item) || Object.keys(item).length === 0) return branch(item, indent)
  return ` ${write(item, indent).trimStart()}`
}
