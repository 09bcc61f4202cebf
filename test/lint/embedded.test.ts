import { describe, expect, it } from 'vitest'
import { type LintFinding, lint } from '../../src/lint/run.ts'

const judge = (text: string) => lint(text, 'file.yml', { release: undefined, environment: {} })
const places = (findings: readonly LintFinding[], id: string) =>
  findings
    .filter((finding) => finding.id === id)
    .map(({ place }) => (place?.kind === 'file' ? `${place.line}:${place.column}` : place?.kind))

const configMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: registry
data:
  notes.txt: storage is on S3
  config.yml: |
    version: 0.1
    storage:
      s3:
        bucket: my-registry
        region: nowhere-1
    http:
      addr: :5000
`

describe('a config inside another file', () => {
  it('is found in a ConfigMap, with the places of the file', () => {
    const findings = judge(configMap)
    expect(places(findings, 's3-region')).toEqual(['12:17'])
    expect(places(findings, 'http-secret')).toEqual(['13:5'])
  })

  it('is found in a Secret, whose base64 has one place', () => {
    const data = Buffer.from(
      'version: 0.1\nstorage: {s3: {region: nowhere-1, bucket: my-registry}}\nhttp: {addr: ":5000"}\n',
    ).toString('base64')
    const findings = judge(
      `apiVersion: v1\nkind: Secret\nmetadata: {name: r}\ndata:\n  config.yml: ${data}\n`,
    )
    expect(places(findings, 's3-region')).toEqual(['5:15'])
  })

  it('is found in a List and in a file of several documents', () => {
    const indented = configMap.replace(/^/gm, '    ').replace('    apiVersion', '  - apiVersion')
    expect(places(judge(`apiVersion: v1\nkind: List\nitems:\n${indented}`), 's3-region')).toEqual(['15:21'])
    expect(places(judge(`apiVersion: v1\nkind: Service\nspec: {}\n---\n${configMap}`), 's3-region')).toEqual([
      '16:17',
    ])
  })

  it('is judged wherever it stands in a ConfigMap, under each key', () => {
    const second = configMap.slice(configMap.indexOf('  config.yml')).replace('config.yml', 'second.yml')
    expect(places(judge(configMap + second), 's3-region')).toEqual(['12:17', '20:17'])
  })

  it('is judged with the environment of the container that mounts it, for the release of its image', () => {
    const deployment = `---
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - image: registry:2.8.3
          env:
            - name: REGISTRY_STORAGE_S3_REGION
              value: eu-west-1
            - name: REGISTRY_HTTP_ADRESS
              value: ":5000"
          volumeMounts: [{name: config, mountPath: /etc/docker/registry}]
      volumes: [{name: config, configMap: {name: registry}}]
`
    const findings = judge(configMap + deployment)
    expect(places(findings, 's3-region')).toEqual([])
    expect(places(findings, 'environment-ignored')).toEqual(['27:22'])
    expect(places(findings, 'config-mount-path')).toEqual([])
    const upgraded = judge(configMap + deployment.replace('2.8.3', '3.0.0'))
    expect(places(upgraded, 'config-mount-path')).toEqual(['28:52'])
  })

  it('is the image’s own where a compose file mounts none', () => {
    const findings = judge(`services:
  registry:
    image: registry:2
    environment:
      - REGISTRY_STORAGE_S3_BUCKET=my-registry
      - REGISTRY_HTTP_SECRET=shared
`)
    expect(places(findings, 'one-driver')).toEqual(['5:9'])
  })

  it('is the file that a compose file mounts', () => {
    const compose =
      'services:\n  registry:\n    image: registry:3\n    volumes: ["./config.yml:/etc/distribution/config.yml"]\n'
    const options = {
      release: undefined,
      environment: {},
      files: { './config.yml': 'version: 0.1\nstorage: {nosuch: {}}\n' },
    }
    const [finding] = lint(compose, 'compose.yml', options).filter(({ id }) => id === 'unknown-driver')
    expect(finding?.place).toMatchObject({ file: 'config.yml', line: 2 })
    const wrong = {
      ...options,
      files: { './config.yml': 'version: 0.1\nstorage: {delete: {Enabled: true}, inmemory: {}}\n' },
    }
    const found = lint(compose.replace('/etc/distribution', '/etc/docker/registry'), 'compose.yml', wrong)
    // A correction of one file must not be made in another, and each place is in its own.
    expect(found.find(({ id }) => id === 'unknown-key')).toMatchObject({
      place: { file: 'config.yml', line: 2 },
    })
    expect(found.filter(({ fix }) => fix !== undefined)).toEqual([])
    expect(found.find(({ id }) => id === 'config-mount-path')?.place).toMatchObject({
      file: 'compose.yml',
      line: 4,
    })
  })

  it('keeps its fixes where they belong', () => {
    const text = configMap.replace('region: nowhere-1', 'forcePathStyle: true')
    const [finding] = judge(text).filter(({ id }) => id === 'unknown-key')
    const [edit] = finding?.fix ?? []
    expect(text.slice(edit?.start, edit?.end)).toBe('forcePathStyle')
  })
})
