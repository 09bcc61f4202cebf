import { addressError } from '../address.ts'
import { plainConfig } from '../example.ts'
import { textAt } from '../look.ts'
import { key, type Rule, refusal, value } from '../rule.ts'

export const httpAddress: Rule = {
  id: 'http-address',
  summary: 'the registry cannot listen on its address',
  severity: 'error',
  why: 'An address is host:port, and the host may be left out. Without any address the registry takes a random port on all interfaces.',
  examples: [
    {
      bad: plainConfig('http: {addr: localhost, secret: s}'),
      good: plainConfig('http: {addr: "localhost:5000", secret: s}'),
    },
    {
      bad: plainConfig('http: {addr: ":5000", net: TCP, secret: s}'),
      good: plainConfig('http: {addr: ":5000", net: tcp, secret: s}'),
    },
    { bad: plainConfig('http: {secret: s}'), good: plainConfig('http: {addr: ":5000", secret: s}') },
  ],
  *check({ effective }) {
    const net = textAt(effective, 'http', 'net')
    const address = textAt(effective, 'http', 'addr')
    const tcp = net === '' || net === 'tcp'
    if (!tcp && net !== 'unix') {
      yield refusal(value('http', 'net'), `unknown address type ${net}`, {
        remedy: { text: 'Use tcp or unix.' },
      })
    }
    if (tcp && address === '') {
      yield {
        at: key('http'),
        severity: 'warning',
        message: 'there is no http.addr, so the registry listens on a random port of all interfaces',
        remedy: { text: 'Set http.addr, for example to :5000.' },
      }
    }
    const problem = tcp ? addressError(address) : undefined
    if (problem !== undefined) {
      yield refusal(value('http', 'addr'), problem, {
        remedy: { text: 'Write host:port, for example localhost:5000 or :5000.' },
      })
    }
    const debug = addressError(textAt(effective, 'http', 'debug', 'addr'))
    if (debug !== undefined) {
      yield refusal(value('http', 'debug', 'addr'), `error listening on debug interface: ${debug}`, {
        remedy: { text: 'Write host:port, for example localhost:5001.' },
      })
    }
  },
}
