import { describe, expect, it } from 'vitest'
import { lint } from '../../src/lint/run.ts'
import { latest } from '../../src/registry-config/releases.ts'

const ids = (text: string, environment: Readonly<Record<string, string>> = {}) =>
  lint(text, 'config.yml', { release: latest, environment }).map(({ id, refuses }) =>
    refuses ? `${id}!` : id,
  )

describe('one run', () => {
  it('goes on behind what stops the registry, and says nothing that follows from it', () => {
    expect(
      ids(`version: 0.1
log: {level: warning}
storage:
  s3: {bucket: images, region: nowhere-1, objectacl: bucket-owner-full-control}
  delete: {enabled: "true"}
auth: {htpasswd: {realm: r, path: p}, silly: {realm: r, service: s}}
http: {addr: ":5000", secret: shared, draintimeout: soon}
validation: {manifests: {indexes: {platforms: some}}}
`),
    ).toEqual([
      'unknown-word!',
      's3-region!',
      'delete-enabled',
      'one-auth-provider!',
      'value-type!',
      'unknown-word!',
    ])
  })

  it('looks at the environment although the file is refused', () => {
    const file = 'version: 0.1\nlog: {level: warning}\nhttp: {addr: ":5000", secret: shared}\n'
    expect(ids(file, { REGISTRY_STORAGE: 'inmemory' })).toEqual(['unknown-word!'])
    const two =
      'version: 0.1\nstorage: {inmemory: {}, filesystem: {}}\nhttp: {addr: ":5000", secret: shared}\n'
    expect(ids(two, { REGISTRY_STORAGE_S3_BUCKET: 'images', REGISTRY_HTTP_PREFIX: 'x' })).toEqual([
      'one-driver!',
      'http-prefix',
    ])
    expect(ids(file, { REGISTRY_STORAGE: 'inmemory', REGISTRY_HTTP_PREFIX: 'x' })).toEqual([
      'unknown-word!',
      'http-prefix',
    ])
  })
})
