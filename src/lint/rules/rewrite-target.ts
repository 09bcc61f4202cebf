import { isS3 } from '../../registry-config/effective.ts'
import { textOf } from '../../registry-config/value.ts'
import { plainConfig, withS3 } from '../example.ts'
import { key, type Rule } from '../rule.ts'

const rewrite = (option: string) => `middleware: {storage: [{name: rewrite, options: {${option}}}]}\n`

export const rewriteTarget: Rule = {
  id: 'rewrite-target',
  summary: 'rewriting breaks what is signed, or sends clients nowhere',
  severity: 'error',
  releases: { since: '3.0.0' },
  why: 'The rewrite is done after signing, so a changed host or path makes the signature of S3 and of CloudFront wrong. On a driver that redirects nowhere every pull goes to the bare host.',
  examples: [
    { bad: withS3('', rewrite('host: cdn.example.com')), good: withS3('') },
    { bad: plainConfig(rewrite('host: cdn.example.com')), good: plainConfig('') },
  ],
  *check({ effective }) {
    const driver = effective.storage?.driver
    for (const [position, { name, index, options }] of effective.storageMiddleware.entries()) {
      if (name !== 'rewrite' || driver === undefined || effective.redirectDisabled) continue
      const option = (wanted: string) => textOf(options.entries.get(wanted)?.value)
      const changes = option('host') !== '' || option('scheme') !== '' || option('trimpathprefix') !== ''
      const below = effective.storageMiddleware[position - 1]?.name
      const at = key('middleware', 'storage', index)
      if (!changes || below === 'redirect') continue
      if (below === 'cloudfront' || isS3(driver)) {
        yield {
          at,
          message: `rewrite changes URLs that ${below === 'cloudfront' ? 'CloudFront' : 'S3'} has signed, so they are refused`,
          remedy: { text: 'Remove it, unless what it leads to signs or asks for itself.' },
        }
      } else if (
        (driver === 'filesystem' || driver === 'inmemory') &&
        (option('host') !== '' || option('scheme') !== '')
      ) {
        yield {
          at,
          message: `${driver} redirects nowhere, so every pull of a blob is sent to the bare ${option('host') || 'URL'}`,
          remedy: { text: 'Remove it.' },
        }
      }
    }
  },
}
