import type { ConfigDocument, Inside } from '../registry-config/document.ts'
import { countLines } from '../registry-config/lines.ts'
import type { Node } from '../registry-config/node.ts'

/**
 * Where the lines of a text that is a scalar of another document are in that document's file. A literal block (`|`)
 * keeps its lines, so each has its own place; of any other form only the beginning is known.
 */
export function insideOf(node: Node, outer: ConfigDocument): Inside {
  const begin = outer.position(node.start)
  const layout = literalLayout(node, outer.text)
  if (layout === undefined) return { position: () => begin, outer: () => undefined }
  const inner = countLines(node.kind === 'scalar' ? node.text : '')
  return {
    position(offset) {
      const { line, column } = inner(offset)
      return { line: begin.line + layout.skipped + line, column: column + layout.indent }
    },
    outer(offset) {
      const { line, column } = inner(offset)
      const start = layout.starts[line - 1]
      const mapped = start === undefined ? undefined : start + layout.indent + column - 1
      return mapped === undefined ? undefined : outer.outer === undefined ? mapped : outer.outer(mapped)
    },
  }
}

interface Layout {
  readonly indent: number
  /** Lines between the header and the first line of the text; 0 but for comments. */
  readonly skipped: number
  /** The offset of each line of the text in the file. */
  readonly starts: readonly number[]
}

function literalLayout(node: Node, text: string): Layout | undefined {
  if (node.kind !== 'scalar' || text[node.start] !== '|') return undefined
  const starts: number[] = []
  for (
    let at = text.indexOf('\n', node.start);
    at !== -1 && at + 1 < node.end;
    at = text.indexOf('\n', at + 1)
  ) {
    starts.push(at + 1)
  }
  const first = starts
    .map((start) => /^( *)[^ \r\n]/.exec(text.slice(start, start + 200))?.[1]?.length)
    .find((length) => length !== undefined)
  const explicit = /^\|[-+]?([1-9])/.exec(text.slice(node.start, node.start + 4))?.[1]
  // With an indicator the indentation counts from the parent's, which we do not know here.
  if (first === undefined || explicit !== undefined) return undefined
  return { indent: first, skipped: 0, starts }
}
