import { expect, it } from 'vitest'
import { findSubjects } from '../../src/lint/find.ts'
import { judgeUpgrade } from '../../src/lint/upgrade.ts'

const upgrade = (text: string) =>
  findSubjects(text, 'c.yml').flatMap((subject) =>
    judgeUpgrade(subject, '2.8.3', '3.1.1', { release: undefined, environment: {} }),
  )

it('tells what is new with the newer release', () => {
  const findings = upgrade(`version: 0.1
storage:
  s3: {bucket: my-registry, region: us-east-1, regionendpoint: "https://minio.example.com", multipartcopythresholdsize: "33554432"}
  cache: {blobdescriptor: redis}
redis: {addr: "redis:6379"}
http: {addr: ":5000", secret: s}
`)
  const texts = findings.map(({ id, message }) => `${id}: ${message}`)
  expect(texts).toContainEqual(expect.stringMatching(/^cache: .*\(new with 3\.1\.1\)$/))
  expect(texts).toContainEqual(expect.stringMatching(/^s3-path-style: .*\(new with 3\.1\.1\)$/))
  expect(texts).toContainEqual(expect.stringMatching(/^unknown-key: .*redis\.addr.*\(new with 3\.1\.1\)$/))
})

it('tells which values change although the file does not', () => {
  const texts = upgrade(
    `version: 0.1
storage:
  s3: {bucket: my-registry, region: us-east-1, encrypt: "1e5", multipartcopymaxconcurrency: 100}
middleware:
  storage:
    - {name: cloudfront, options: {baseurl: "https://d111111abcdef8.cloudfront.net/", privatekey: /k, keypairid: K2JCJMDEHXQW5F, duration: 20m, updatefrenquency: 12h}}
http: {addr: ":5000", secret: s}
`.replace(', encrypt: "1e5"', ''),
  ).map(({ id, message }) => `${id}: ${message}`)
  expect(texts).toContain(
    'upgrade: middleware.storage[0].options.duration is 12h0m0s in 2.8.3 and 20m0s in 3.1.1',
  )
})
