import { countLines } from '../registry-config/lines.ts'

/**
 * A comment that silences rules, with the reason: `# regctl-ignore s3-acl-refused: the bucket has ACLs` behind the
 * line or on the line above it; `# regctl-ignore-file …` for the whole file.
 */
export interface Suppression {
  readonly ids: readonly string[]
  readonly reason: string
  /** The line it is for; undefined for the whole file. 1-based, of the document's text. */
  readonly line: number | undefined
  /** Where the comment is. */
  readonly offset: number
}

const pattern = /#[ \t]*regctl-ignore(-file)?[ \t]+([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)[ \t]*(?::[ \t]*(.*))?$/gm

/** Every suppression in `text`. */
export function suppressions(text: string): readonly Suppression[] {
  if (!text.includes('regctl-ignore')) return []
  const lines = countLines(text)
  return [...text.matchAll(pattern)].map((match) => {
    const [, whole, ids = '', reason = ''] = match
    const { line, column } = lines(match.index)
    const alone = text.slice(match.index - column + 1, match.index).trim() === ''
    return {
      ids: ids.split(',').map((id) => id.trim()),
      reason: reason.trim(),
      line: whole !== undefined ? undefined : alone ? line + 1 : line,
      offset: match.index,
    }
  })
}

/** Whether one of `all` silences a rule on a line. */
export function silencer(all: readonly Suppression[]): (id: string, line: number | undefined) => boolean {
  const silenced = new Set(
    all
      .filter(({ reason }) => reason !== '')
      .flatMap(({ ids, line }) => ids.map((id) => `${id} ${line ?? 'everywhere'}`)),
  )
  return (id, line) => silenced.has(`${id} everywhere`) || silenced.has(`${id} ${line}`)
}
