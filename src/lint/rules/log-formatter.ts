import { logFormats } from '../../registry-config/schema/configuration.ts'
import { plainConfig } from '../example.ts'
import { meant, textAt } from '../look.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const logFormatter: Rule = {
  id: 'log-formatter',
  summary: 'the log has no such format',
  severity: 'error',
  why: 'The registry knows text, json and logstash.',
  examples: [{ bad: plainConfig('log: {formatter: JSON}'), good: plainConfig('log: {formatter: json}') }],
  *check({ effective }) {
    const formatter = textAt(effective, 'log', 'formatter')
    if (formatter === '' || logFormats.includes(formatter)) return
    const close = meant(formatter, logFormats)
    const text = close === undefined ? `Use one of ${logFormats.join(', ')}.` : `Did you mean ${close}?`
    const message = `error configuring logger: unsupported logging formatter: ${JSON.stringify(formatter)}`
    yield refusal(value('log', 'formatter'), message, { remedy: { text } })
  },
}
