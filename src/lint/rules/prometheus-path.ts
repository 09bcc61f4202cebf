import { majorOf } from '../../registry-config/releases.ts'
import { isTrue } from '../../registry-config/value.ts'
import { plainConfig } from '../example.ts'
import { textAt, valueAt } from '../look.ts'
import { type Rule, refusal, value } from '../rule.ts'

const taken: readonly string[] = [
  '/debug/health',
  '/debug/vars',
  '/debug/pprof/',
  '/debug/pprof/cmdline',
  '/debug/pprof/profile',
  '/debug/pprof/symbol',
  '/debug/pprof/trace',
]

export const prometheusPath: Rule = {
  id: 'prometheus-path',
  summary: 'the path of the metrics is none, or taken',
  severity: 'error',
  releases: { since: '2.7.0' },
  why: 'The path begins with a slash, has no blank, and is none of the debug server’s own.',
  examples: [
    {
      bad: plainConfig(
        'http: {addr: ":5000", secret: s, debug: {addr: "localhost:5001", prometheus: {enabled: true, path: metrics}}}',
      ),
      good: plainConfig(
        'http: {addr: ":5000", secret: s, debug: {addr: "localhost:5001", prometheus: {enabled: true, path: /metrics}}}',
      ),
    },
  ],
  *check({ effective, release }) {
    if (!isTrue(valueAt(effective, 'http', 'debug', 'prometheus', 'enabled'))) return
    // 2.x registers the path even where there is no debug server.
    if (majorOf(release) === 3 && textAt(effective, 'http', 'debug', 'addr') === '') return
    const path = textAt(effective, 'http', 'debug', 'prometheus', 'path')
    const problem = path === '' ? undefined : problemOf(path)
    if (problem === undefined) return
    yield refusal(value('http', 'debug', 'prometheus', 'path'), problem, {
      remedy: { text: 'Use a path such as /metrics.' },
    })
  },
}

function problemOf(path: string): string | undefined {
  if (/[ \t]/.test(path))
    return `parsing ${JSON.stringify(path)}: at offset 0: invalid method ${JSON.stringify(path.split(/[ \t]/)[0])}`
  if (!path.includes('/')) return `parsing ${JSON.stringify(path)}: at offset 0: host/path missing /`
  if (taken.includes(path))
    return `pattern ${JSON.stringify(path)} conflicts with pattern ${JSON.stringify(path)}`
  if (/[{}]/.test(path)) return `parsing ${JSON.stringify(path)}: bad wildcard segment`
  return undefined
}
