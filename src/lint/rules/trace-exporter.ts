import { plainConfig } from '../example.ts'
import { key, type Rule } from '../rule.ts'

export const traceExporter: Rule = {
  id: 'trace-exporter',
  summary: 'the log fills with failed exports of traces',
  severity: 'note',
  releases: { since: '3.0.0', until: '3.1.0' },
  why: '3.0 sends traces to localhost:4318 unless told otherwise, and logs each failure. Images from 3.1 on switch it off.',
  examples: [
    {
      release: '3.0.0',
      bad: plainConfig(''),
      good: plainConfig(''),
      goodEnvironment: { OTEL_TRACES_EXPORTER: 'none' },
    },
  ],
  *check({ environment }) {
    if (environment.OTEL_TRACES_EXPORTER) return
    yield {
      at: key('version'),
      message: '3.0 exports traces to localhost:4318 and logs each failure',
      remedy: { text: 'Set the variable OTEL_TRACES_EXPORTER to none.' },
    }
  },
}
