import { expect, it } from 'vitest'
import { lint } from '../../src/lint/run.ts'

const ids = (text: string) => lint(text, 'c.yml', { release: undefined, environment: {} }).map(({ id }) => id)
const config = (line: string, above = '') => `version: 0.1\nstorage: inmemory\n${above}http: ${line}\n`

it('silences a rule for a line, with a reason', () => {
  expect(ids(config('{addr: ":5000"}'))).toEqual(['http-secret'])
  expect(ids(config('{addr: ":5000"} # regctl-ignore http-secret: one replica'))).toEqual([])
  expect(ids(config('{addr: ":5000"}', '# regctl-ignore http-secret: one replica\n'))).toEqual([])
  expect(ids(`# regctl-ignore-file http-secret: one replica\n${config('{addr: ":5000"}')}`)).toEqual([])
})

it('silences nothing without a reason, on another line, or for another rule', () => {
  expect(ids(config('{addr: ":5000"} # regctl-ignore http-secret'))).toEqual(['http-secret', 'suppression'])
  expect(ids(`# regctl-ignore http-secret: one replica\n${config('{addr: ":5000"}')}`)).toEqual([
    'http-secret',
  ])
  expect(ids(config('{addr: ":5000"} # regctl-ignore http-secrt: one replica'))).toEqual([
    'http-secret',
    'suppression',
  ])
})

it('silences in a ConfigMap too', () => {
  const text = `apiVersion: v1
kind: ConfigMap
data:
  config.yml: |
    version: 0.1
    storage: inmemory
    # regctl-ignore http-secret: one replica
    http:
      addr: :5000
`
  expect(ids(text)).toEqual([])
})
