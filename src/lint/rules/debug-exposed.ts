import { plainConfig } from '../example.ts'
import { textAt } from '../look.ts'
import { type Rule, value } from '../rule.ts'

const config = (addr: string) => plainConfig(`http: {addr: ":5000", secret: s, debug: {addr: "${addr}"}}`)

export const debugExposed: Rule = {
  id: 'debug-exposed',
  summary: 'the debug server listens on all interfaces',
  severity: 'note',
  why: 'It shows profiles, variables and the details of health checks to whoever asks, without authentication.',
  examples: [{ bad: config(':5001'), good: config('localhost:5001') }],
  *check({ effective }) {
    const address = textAt(effective, 'http', 'debug', 'addr')
    if (!/^(0\.0\.0\.0|\[::\])?:/.test(address)) return
    yield {
      at: value('http', 'debug', 'addr'),
      message: `the debug server at ${address} answers on all interfaces, without authentication`,
      remedy: { text: 'Bind it to localhost, or keep the port behind the firewall.' },
    }
  },
}
