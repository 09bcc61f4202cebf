import { Failure } from '../core/errors.ts'

/** NAME=VALUE lines, as an environment file has them; blank lines and lines that begin with # are nothing. Throws Failure('usage'). */
export function readVariables(text: string, file: string): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    Object.assign(variables, readVariable(line, `${file}:${index + 1}`))
  }
  return variables
}

/** One NAME=VALUE. Throws Failure('usage'); what is wrong may be a secret, so the message does not show it. */
export function readVariable(line: string, from: string): Record<string, string> {
  const equals = line.indexOf('=')
  if (equals < 1) {
    throw new Failure('usage', `${from} is no variable: there is no name before an equals sign`, {
      remedy: { text: 'Write NAME=VALUE, with nothing around the equals sign.' },
    })
  }
  return { [line.slice(0, equals)]: line.slice(equals + 1) }
}
