import { parseGoUrl } from '../../registry-config/go-url.ts'
import { majorOf } from '../../registry-config/releases.ts'
import { plainConfig } from '../example.ts'
import { textAt, valueAt } from '../look.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const proxyUrl: Rule = {
  id: 'proxy-url',
  summary: 'the registry to mirror has no usable URL',
  severity: 'error',
  releases: { since: '2.1.0' },
  why: 'The mirror asks the remote registry how to authenticate before it starts, so the URL needs http or https and a host.',
  examples: [
    {
      bad: plainConfig('proxy: {remoteurl: registry-1.docker.io}'),
      good: plainConfig('proxy: {remoteurl: https://registry-1.docker.io}'),
    },
  ],
  *check({ effective, release }) {
    const url = textAt(effective, 'proxy', 'remoteurl')
    if (url === '') return
    // With a command for the credentials, 3.x does not ask the remote registry.
    const asks = majorOf(release) === 2 || valueAt(effective, 'proxy', 'exec') === undefined
    const problem = problemOf(url, asks)
    if (problem === undefined) return
    yield refusal(value('proxy', 'remoteurl'), problem, {
      remedy: { text: 'Write it as https://registry-1.docker.io.' },
    })
  },
}

function problemOf(url: string, asks: boolean): string | undefined {
  const parts = parseGoUrl(url)
  if ('error' in parts) return parts.error
  if (!asks) return undefined
  if (parts.scheme !== 'http' && parts.scheme !== 'https') {
    return `Get ${JSON.stringify(`${url}/v2/`)}: unsupported protocol scheme ${JSON.stringify(parts.scheme)}`
  }
  return parts.host === '' ? `Get ${JSON.stringify(`${url}/v2/`)}: http: no Host in request URL` : undefined
}
