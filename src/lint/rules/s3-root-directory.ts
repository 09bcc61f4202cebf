import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3RootDirectory: Rule = {
  id: 's3-root-directory',
  summary: 'the root directory has characters that break copies and URLs',
  severity: 'error',
  why: 'The driver checks nothing here, sends the directory unescaped as the source of copies, and CloudFront’s signed URLs hold it as it is.',
  examples: [{ bad: withS3('rootdirectory: /my registry'), good: withS3('rootdirectory: /my-registry') }],
  *check(input) {
    const s3 = s3In(input)
    const root = s3?.values.rootDirectory ?? ''
    if (s3 === undefined || /\$\{|\{\{/.test(root)) return
    const bad = /[^A-Za-z0-9._/-]/u.exec(root)?.[0]
    if (bad !== undefined) {
      yield {
        at: s3.at('rootdirectory'),
        message: `rootdirectory has ${JSON.stringify(bad)}, which breaks copying in the bucket and signed URLs`,
        remedy: { text: 'Use letters, digits and . _ - / only.' },
      }
    } else if (/[^/]\/\/+[^/]|(^|\/)\.\.?(\/|$)/.test(root)) {
      yield {
        at: s3.at('rootdirectory'),
        severity: 'warning',
        message: 'rootdirectory has empty or dotted parts, which S3 takes literally',
        remedy: { text: 'Write it as /registry or /team/registry.' },
      }
    }
  },
}
