import { formatDuration } from '../../registry-config/duration.ts'
import { sprint } from '../../registry-config/go-values.ts'
import { type Path, pathText } from '../../registry-config/problem.ts'
import { majorOf } from '../../registry-config/releases.ts'
import type { Value } from '../../registry-config/value.ts'
import { plainConfig, withCloudFront } from '../example.ts'
import { type Complaint, type LintInput, type Rule, value } from '../rule.ts'

export const durationUnit: Rule = {
  id: 'duration-unit',
  summary: 'a duration has no unit',
  severity: 'error',
  why: 'A bare number is nanoseconds to the parser: interval: 10 checks a hundred million times a second. The CloudFront middleware ignores a number altogether, so that duration: 3000 is twenty minutes.',
  examples: [
    { bad: withCloudFront('duration: 3000'), good: withCloudFront('duration: 50m') },
    {
      bad: plainConfig('health: {storagedriver: {enabled: true, interval: 10}}'),
      good: plainConfig('health: {storagedriver: {enabled: true, interval: 10s}}'),
    },
  ],
  *check(input) {
    yield* bareNumbers(input.effective.root, [], input)
    for (const { name, index, options } of input.effective.storageMiddleware) {
      if (name !== 'cloudfront') continue
      const refresh =
        majorOf(input.release) === 3 ? ['updatefrequency', 'updatefrenquency'] : ['updatefrenquency']
      for (const option of ['duration', ...refresh]) {
        const given = options.entries.get(option)?.value
        if (given === undefined || (given.kind === 'scalar' && given.type === 'string')) continue
        const instead = option === 'duration' ? '20 minutes' : '12 hours'
        const number = given.kind === 'scalar' && given.type === 'int' ? Number(given.value) : undefined
        yield {
          at: value('middleware', 'storage', index, 'options', option),
          message: `${option}: ${sprint(given)} has no unit, so the registry ignores it and uses ${instead}`,
          remedy: {
            text:
              number === undefined
                ? 'Write a text with a unit, such as 20m.'
                : `Write ${number}s, if seconds are meant.`,
          },
        }
      }
    }
  },
}

/** Durations of the parser's own, which it took for nanoseconds. 0 needs no unit. */
function* bareNumbers(node: Value, path: Path, input: LintInput): Iterable<Complaint> {
  if (
    node.kind === 'scalar' &&
    node.type === 'duration' &&
    /^[-+]?\d[\d_.]*(e[-+]?\d+)?$/i.test(node.text) &&
    BigInt(node.value as bigint) !== 0n
  ) {
    yield {
      at: value(...path),
      message: `${pathText(path)}: ${node.text} is ${formatDuration(BigInt(node.value as bigint))} to the registry`,
      remedy: { text: `Write the unit: ${node.text}s for seconds.` },
    }
  }
  if (node.kind === 'struct')
    for (const [name, entry] of node.fields) yield* bareNumbers(entry.value, [...path, name], input)
  if (node.kind === 'list')
    for (const [index, item] of node.items.entries()) yield* bareNumbers(item, [...path, index], input)
}
