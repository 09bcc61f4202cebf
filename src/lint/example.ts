/** Whole configs for the rules' examples, around the few lines that matter. */

const indent = (text: string, by: string) =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : by + line))
    .join('\n')

const http = 'http:\n  addr: :5000\n  secret: shared\n'
const base =
  'baseurl: https://d111111abcdef8.cloudfront.net/\nprivatekey: /etc/cloudfront.pem\nkeypairid: K2JCJMDEHXQW5F'

/** A config in memory with `rest`; its own http section unless `rest` has one. */
export function plainConfig(rest: string): string {
  return `version: 0.1\nstorage:\n  inmemory: {}\n${/^http:/m.test(rest) ? '' : http}${rest}\n`
}

/** A config whose storage is `storage`, indented once. */
export function withStorage(storage: string, rest = ''): string {
  return `version: 0.1\nstorage:\n${indent(storage, '  ')}\n${/^http:/m.test(rest) ? '' : http}${rest}`
}

/** A config on S3 with more parameters, and `rest` after the storage section. */
export function withS3(parameters: string, rest = ''): string {
  return withStorage(
    `s3:\n  bucket: my-registry\n  region: eu-west-1\n  objectacl: bucket-owner-full-control\n${indent(parameters, '  ')}`,
    rest,
  )
}

/** A config on S3 behind CloudFront with more options; an option given again replaces the sound one. */
export function withCloudFront(options: string, rest = '', parameters = ''): string {
  const replaced = options.split('\n').map((line) => line.split(':')[0])
  const kept = base.split('\n').filter((line) => !replaced.includes(line.split(':')[0]))
  const all = [...kept, ...options.split('\n').filter((line) => line !== '')].join('\n')
  return withS3(
    parameters,
    `middleware:\n  storage:\n    - name: cloudfront\n      options:\n${indent(all, '        ')}\n${rest}`,
  )
}
