import { sprint } from '../../registry-config/go-values.ts'
import { keyAt, parameterMaps } from '../../registry-config/known.ts'
import { pathText } from '../../registry-config/problem.ts'
import { withS3 } from '../example.ts'
import { nodeOf, type Rule, replaced, value } from '../rule.ts'

export const unquotedText: Rule = {
  id: 'unquoted-text',
  summary: 'a text without quotes becomes another text',
  severity: 'error',
  why: 'YAML reads 012345 as the octal number 5349, 1_000 as 1000, 1e5 as 100000, yes as true, and the driver prints what is left. For a key or a bucket this is another key or another bucket.',
  examples: [
    {
      bad: withS3('accesskey: AKIDEXAMPLE\nsecretkey: 0123456'),
      good: withS3('accesskey: AKIDEXAMPLE\nsecretkey: "0123456"'),
    },
    { bad: withS3('rootdirectory: 0755'), good: withS3('rootdirectory: "0755"') },
  ],
  *check({ effective }) {
    for (const [path, map] of parameterMaps(effective)) {
      for (const [name, entry] of map.entries) {
        const here = [...path, String(name)]
        const known = keyAt(effective, here)
        const given = entry.value
        if (known?.type.kind !== 'any' || !['printed', 'word', 'string'].includes(known.type.reads.as))
          continue
        if (
          given.kind !== 'scalar' ||
          given.type === 'string' ||
          given.type === 'null' ||
          sprint(given) === given.text
        )
          continue
        const secret = known.secret === true
        const { origin } = given
        yield {
          at: value(...here),
          message: secret
            ? `${pathText(here)} is read as ${article(given.type)} and becomes another text`
            : `${pathText(here)}: ${given.text} is ${sprint(given)} to the registry`,
          remedy: {
            text: origin.from === 'variable' ? 'Put quotes into the variable’s value.' : 'Put it in quotes.',
          },
          ...(/^[\w.+-]+$/.test(given.text) ? replaced(nodeOf(given), `"${given.text}"`) : {}),
        }
      }
    }
  },
}

function article(type: string): string {
  return { int: 'a number', float: 'a number', bool: 'a boolean' }[type] ?? 'something else'
}
