import { cloudFronts } from '../cloudfront.ts'
import { withCloudFront } from '../example.ts'
import type { Rule } from '../rule.ts'

export const cloudfrontKeyPairId: Rule = {
  id: 'cloudfront-key-pair-id',
  summary: 'keypairid is not the ID of a CloudFront public key',
  severity: 'error',
  why: 'Three things at Amazon are called key pair. This one is the ID of the public key that CloudFront has (K…), not of a key group, an access key, an EC2 key pair or a file. Legacy pairs of an account begin with APKA. The registry checks nothing but that it is a text.',
  examples: [
    {
      bad: withCloudFront('keypairid: AKIDEXAMPLE'.replace('AKID', 'AKIA')),
      good: withCloudFront('keypairid: K2JCJMDEHXQW5F'),
    },
    { bad: withCloudFront('keypairid: ""'), good: withCloudFront('') },
  ],
  *check(input) {
    for (const edge of cloudFronts(input)) {
      const written = edge.written('keypairid')
      if (written?.kind !== 'scalar' || written.type !== 'string') continue
      const id = String(written.value)
      const at = edge.at('keypairid')
      const remedy = {
        remedy: { text: 'Write the public key’s ID, as aws cloudfront list-public-keys shows it.' },
      }
      if (/\$\{|\{\{/.test(id) || /^K[A-Z0-9]{10,}$/.test(id)) continue
      if (id.trim() === '')
        yield { at, message: 'keypairid is empty, so CloudFront refuses every signed URL', ...remedy }
      else if (/^(AKIA|ASIA)/.test(id))
        yield { at, message: 'this is the ID of an access key, which signs nothing at CloudFront', ...remedy }
      else if (/-----BEGIN|\.pem$|\//.test(id))
        yield { at, message: 'this is a key or its file; keypairid is the ID of the public key', ...remedy }
      else if (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id))
        yield {
          at,
          message: 'this looks like the ID of a key group; keypairid is the ID of a public key in it',
          ...remedy,
        }
      else if (/^APKA[A-Z0-9]{8,}$/.test(id)) {
        yield {
          at,
          severity: 'note',
          message: 'this is a legacy key pair of the account; trusted key groups need no root user',
          remedy: { text: 'Move to a key group when the key is changed next.' },
        }
      } else
        yield {
          at,
          severity: 'warning',
          message: `${JSON.stringify(id)} does not look like the ID of a public key (K…)`,
          ...remedy,
        }
    }
  },
}
