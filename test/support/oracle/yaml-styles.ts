import type { Random } from './random.ts'
import type { Branch, Tree } from './start-tree.ts'

/**
 * A tree in the many ways that YAML lets people write it: flow and block, quotes, tags, anchors, merge keys, block
 * scalars, comments, indents, directives, line ends. Not all of them mean the same to the registry, nor need they.
 */
export function writeStyled(tree: Branch, rng: Random, isFixed: IsFixed = () => false): string {
  const style: Style = {
    rng,
    step: rng.pick(['  ', '  ', '  ', '    ', ' ', '   ']),
    dash: rng.pick(['', '  ']),
    odd: rng.pick([0.01, 0.03, 0.1]),
    anchors: [],
    isFixed,
  }
  const lines = blockMap(style, tree, '')
  return envelope(rng, lines)
}

/** Whether a text must stay what it is, as it names a file or an address. */
export type IsFixed = (text: string) => boolean

interface Style {
  readonly rng: Random
  /** The indent of a map in a map, and of a list in a map. */
  readonly step: string
  readonly dash: string
  /** How likely each place is written in an unusual way. */
  readonly odd: number
  readonly anchors: string[]
  readonly isFixed: IsFixed
}

/** What stands around the document, and how its lines end. */
function envelope(rng: Random, lines: readonly string[]): string {
  const head = rng.chance(0.2)
    ? rng.pick(['---', '--- # c', '# c', '', '%YAML 1.1\n---', '--- !!map', '%TAG ! !\n---'])
    : undefined
  const tail = rng.chance(0.15)
    ? rng.pick(['...', '---', '---\nversion: 9', '...\n---\na: b', '# end', '  # end', ''])
    : undefined
  const text = [...(head === undefined ? [] : [head]), ...lines, ...(tail === undefined ? [] : [tail])].join(
    '\n',
  )
  const ended = `${text}${rng.pick(['\n', '\n', '\n', '', '\n\n'])}`
  if (rng.chance(0.08)) return ended.replaceAll('\n', '\r\n')
  if (rng.chance(0.02)) return ended.replaceAll('\n', '\r')
  return rng.chance(0.04) ? `\uFEFF${ended}` : ended
}

function blockMap(style: Style, tree: Branch, indent: string): string[] {
  const { rng } = style
  const lines: string[] = []
  for (const [key, value] of Object.entries(tree)) {
    if (rng.chance(style.odd / 3))
      lines.push(rng.pick(['', '# c', `${indent}# c`, '      # c', '\t# c', '  ']))
    const name = rng.chance(style.odd / 2)
      ? rng.pick([`"${key}"`, `'${key}'`, `!!str ${key}`, `${key} `, `? ${key}\n${indent}`, `&k ${key} `])
      : key
    lines.push(...entry(style, `${indent}${name}:`, value, indent))
  }
  if (rng.chance(style.odd / 4)) {
    lines.push(
      `${indent}${rng.pick(['<<: {a: b}', '<<: *a', '<<: [{a: b}, {c: d}]', '"<<": {a: b}', '<<: x', '<<:'])}`,
    )
  }
  return lines
}

function entry(style: Style, head: string, value: Tree, indent: string): string[] {
  const { rng } = style
  const properties = rng.chance(style.odd / 4)
    ? rng.pick([
        anchor(style),
        '!!map',
        '!!seq',
        '!!str',
        '!x',
        '!',
        '!!',
        '&x !!map',
        '!<tag:yaml.org,2002:map>',
      ])
    : undefined
  const start = properties === undefined ? head : `${head} ${properties}`
  const blank = rng.chance(style.odd / 3)
    ? rng.pick(['  ', '\t', ' \t', '', `\n${indent} `, `\n${indent}`, '\n\t'])
    : ' '
  if (typeof value === 'string')
    return [value === '' ? start : `${start}${blank}${scalar(style, value, indent)}${comment(style, value)}`]
  if (rng.chance(style.odd) || isEmpty(value))
    return [`${start}${blank}${flow(style, value, indent)}${comment(style)}`]
  if (rng.chance(style.odd / 4) && style.anchors.length > 0) return [`${head} *${rng.pick(style.anchors)}`]
  const lines = Array.isArray(value)
    ? blockList(style, value, `${indent}${style.dash}`)
    : blockMap(style, value, `${indent}${style.step}`)
  return [`${start}${comment(style)}`, ...lines]
}

function anchor(style: Style): string {
  const name = style.rng.pick(['a', 'b', 'a-b', 'a_1', 'é', 'a.b'])
  style.anchors.push(name)
  return `&${name}`
}

function comment({ rng, odd, isFixed }: Style, after: Tree = ''): string {
  if (typeof after === 'string' && isFixed(after)) return ''
  return rng.chance(odd / 3) ? rng.pick([' # c', '  #c', '\t# c', '#c', ' ', '\t', ' #']) : ''
}

function isEmpty(value: Tree): boolean {
  return typeof value !== 'string' && Object.keys(value).length === 0
}

function blockList(style: Style, items: readonly Tree[], indent: string): string[] {
  const { rng } = style
  return items.flatMap((item) => {
    const gap = rng.chance(style.odd / 3)
      ? rng.pick(['  ', '   ', '\t', ` ${anchor(style)} `, ' !!map ', `\n${indent}  `])
      : ' '
    if (typeof item === 'string')
      return [`${indent}-${item === '' ? '' : `${gap}${scalar(style, item, indent)}${comment(style, item)}`}`]
    if (Array.isArray(item) || isEmpty(item) || rng.chance(style.odd))
      return [`${indent}-${gap}${flow(style, item, indent)}${comment(style)}`]
    const [first = '', ...rest] = blockMap(style, item, `${indent}  `)
    return [`${indent}-${gap}${first.trimStart()}`, ...rest]
  })
}

function flow(style: Style, value: Tree, indent: string): string {
  const { rng } = style
  const comma = rng.chance(style.odd)
    ? rng.pick([',', ' , ', `,\n${indent}  `, ',\n', ', # c\n ', ',,', ',\t'])
    : ', '
  const end = rng.chance(style.odd / 3) ? rng.pick([',', ' ', `\n${indent}`, '\n', ' #c\n', ',,']) : ''
  if (typeof value === 'string') return scalar(style, value, indent, true)
  if (Array.isArray(value)) return `[${value.map((item) => flow(style, item, indent)).join(comma)}${end}]`
  const colon = rng.chance(style.odd) ? rng.pick([':', ' : ', ':\n ', ':\t', ' :']) : ': '
  const pairs = Object.entries(value).map(
    ([key, each]) =>
      `${rng.chance(style.odd) ? rng.pick([`"${key}"`, `'${key}'`, `? ${key}`, `?${key}`]) : key}${colon}${flow(style, each, indent)}`,
  )
  return `{${pairs.join(comma)}${end}}`
}

function scalar(style: Style, text: string, indent: string, inFlow = false): string {
  const { rng } = style
  if (!rng.chance(style.odd) || /^["'[{&*!|>%@`]/.test(text)) return text
  const forms = [
    `"${text}"`,
    `'${text}'`,
    `!!str ${text}`,
    `&s ${text}`,
    ` ${text}`,
    `${text} `,
    `"${text}\\\n  "`,
    `${text}:`,
    `${text} #`,
    `!!int ${text}`,
    `"\\x41${text}"`,
    `${text}\n${indent}  ${text}`,
    `"${text}\n\n ${text}"`,
    `'${text}\n ''${text}'`,
    `"${text}\\q"`,
  ]
  const blocks = ['|', '>', '|-', '>+', '|2', '>2-', '|+1', '|0', '| # c', '|x', '>-9'].map((mark) =>
    `${mark}\n${indent}  ${text}\n${rng.pick(['', `${indent}   more\n`, '\n', `\n${indent}  b\n`, `${indent} c\n`])}`.replace(
      /\n$/,
      '',
    ),
  )
  if (style.isFixed(text)) return rng.pick(forms.slice(0, 6))
  return rng.pick(inFlow || rng.chance(0.6) ? forms : blocks)
}

const signs = [
  ...':-{}[],&*#?|>@`"\'%!~\t \n<=\\aA0.',
  '',
  '',
  '\r',
  '\u0007',
  '\u00a0',
  '\u0085',
  '\u2028',
  '\ufeff',
  'é',
  '😀',
  '\u0000',
  ': ',
  ' #',
  '- ',
  '---\n',
  '...\n',
  '<<: ',
]

/** One to four times a character put in, taken out or replaced, or a line taken out, doubled, or moved to the side. */
export function damage(text: string, rng: Random, isFixed: IsFixed = () => false): string {
  let lines = text.split('\n')
  for (let i = 0; i <= rng.integer(3); i += 1) {
    const at = rng.integer(lines.length)
    const line = lines[at] ?? ''
    if (isFixed(line)) continue
    const made = rng.chance(0.8) ? [damageLine(line, rng)] : moved(line, rng)
    lines = lines
      .toSpliced(at, 1, ...made)
      .join('\n')
      .split('\n')
  }
  // No file holds half a character.
  return Buffer.from(lines.join('\n')).toString().replaceAll('\uFFFD', '')
}

function damageLine(line: string, rng: Random): string {
  const at = rng.integer(line.length + 1)
  return line.slice(0, at) + rng.pick(signs) + line.slice(at + rng.integer(2))
}

function moved(line: string, rng: Random): readonly string[] {
  return rng.pick([
    [],
    [line, line],
    [` ${line}`],
    [line.slice(1)],
    [line.trimStart()],
    [`\t${line.trimStart()}`],
  ])
}
