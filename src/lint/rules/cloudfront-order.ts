import { isS3 } from '../../registry-config/effective.ts'
import { plainConfig, withCloudFront } from '../example.ts'
import { key, type Rule, value } from '../rule.ts'

const cloudfront =
  '{name: cloudfront, options: {baseurl: https://d111111abcdef8.cloudfront.net/, privatekey: /k.pem, keypairid: K2JCJMDEHXQW5F}}'

export const cloudfrontOrder: Rule = {
  id: 'cloudfront-order',
  summary: 'CloudFront is in the config and not in use',
  severity: 'error',
  why: 'Middlewares wrap one another in the order of the list, and the last one is asked for URLs first. CloudFront needs the S3 driver directly under it: after another middleware, twice, or on another driver it logs a warning and signs nothing. Under a redirect it is never asked.',
  examples: [
    { bad: plainConfig(`middleware: {storage: [${cloudfront}]}`), good: withCloudFront('') },
    {
      bad: withCloudFront('', '    - {name: redirect, options: {baseurl: https://cdn.example.com}}\n'),
      good: withCloudFront(''),
    },
  ],
  *check({ effective }) {
    const list = effective.storageMiddleware
    for (const [position, { name, index }] of list.entries()) {
      if (name !== 'cloudfront') continue
      const at = value('middleware', 'storage', index, 'name')
      const driver = effective.storage?.driver
      if (driver !== undefined && !isS3(driver)) {
        yield {
          at,
          message: `the driver is ${driver}: CloudFront signs nothing, logs a warning for every pull, and the registry serves blobs itself`,
          remedy: { text: 'Use the s3 driver, or remove the middleware.' },
        }
      }
      const below = list[position - 1]
      if (below !== undefined) {
        yield {
          at,
          message: `${below.name} stands before cloudfront, so CloudFront does not find the S3 driver and signs nothing`,
          remedy: { text: 'Put cloudfront first, and once.' },
        }
      }
      const hiding = list.slice(position + 1).find((other) => other.name === 'redirect')
      if (hiding !== undefined) {
        yield {
          at: key('middleware', 'storage', hiding.index),
          message: 'redirect stands after cloudfront and hides it: clients get unsigned URLs',
          remedy: { text: 'Remove one of the two.' },
        }
      }
    }
  },
}
