import { oddScalars } from '../oracle/generate.ts'
import type { Random } from '../oracle/random.ts'

const names = [
  'a',
  'b',
  'version',
  'storage',
  's3',
  'http',
  'log',
  '<<',
  '"x y"',
  "'q'",
  '1',
  'null',
  '? k',
  'tls',
]

/** A text by YAML's own grammar: block and flow collections, every scalar style, anchors, aliases, tags, comments. */
export function yamlText(rng: Random): string {
  const documents = Array.from({ length: rng.chance(0.1) ? 2 : 1 }, () => block(rng, '', 0))
  return `${rng.pick(['', '', '---\n', '%YAML 1.1\n---\n', '# c\n'])}${documents.join('\n---\n')}${rng.pick(['', '\n', '\n...\n'])}`
}

function block(rng: Random, indent: string, depth: number): string {
  const count = 1 + rng.integer(4)
  const isList = rng.chance(0.25)
  return Array.from({ length: count }, () => {
    const head = `${indent}${isList ? '-' : `${rng.pick(names)}${rng.pick(['', '', ' '])}:`}`
    const comment = rng.pick(['', '', ' # c', '\n# c'])
    if (depth < 5 && rng.chance(0.4)) {
      return `${head}${properties(rng)}${comment}\n${block(rng, `${indent}${rng.pick([' ', '  ', '    '])}`, depth + 1)}`
    }
    return `${head} ${value(rng, indent, depth)}${comment}`
  }).join('\n')
}

function properties(rng: Random): string {
  return rng.pick(['', '', '', ' &a', ' &b', ' !!map', ' !!seq', ' !x', ' &a !!str'])
}

function value(rng: Random, indent: string, depth: number): string {
  switch (rng.integer(8)) {
    case 0:
      return `${rng.pick(['|', '>', '|-', '>+', '|1', '|9'])}\n${indent}  text\n\n${indent}   more`
    case 1:
      return rng.pick(['*a', '*b', '*c'])
    case 2:
    case 3:
      return flow(rng, depth)
    default:
      return `${properties(rng).trimStart()} ${scalar(rng)}`.trimStart()
  }
}

function scalar(rng: Random): string {
  const text = rng.pick(oddScalars)
  return rng.pick([text, text, `"${text.replaceAll('"', '\\"')}"`, `'${text.replaceAll("'", "''")}'`])
}

function flow(rng: Random, depth: number): string {
  if (depth > 6 || rng.chance(0.4)) return scalar(rng)
  const items = Array.from({ length: rng.integer(4) }, () => flow(rng, depth + 1))
  return rng.chance(0.5)
    ? `[${items.join(rng.pick([', ', ',', ',\n    ']))}]`
    : `{${items.map((item) => `${rng.pick(names)}: ${item}`).join(', ')}}`
}
