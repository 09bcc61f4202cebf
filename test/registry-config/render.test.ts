import { describe, expect, it } from 'vitest'
import { lint } from '../../src/lint/run.ts'
import { latest, type Release, releases } from '../../src/registry-config/releases.ts'
import { type ConfigSpec, renderConfig } from '../../src/registry-config/render.ts'

/** What init writes is what lint would have everybody write, for every release. */

const spec = (release: Release, more: Partial<ConfigSpec> = {}): ConfigSpec => ({
  release,
  bucket: 'my-registry',
  region: 'eu-west-1',
  rootDirectory: '/prod',
  regionEndpoint: undefined,
  baseUrl: 'https://d111111abcdef8.cloudfront.net/',
  privateKey: '/etc/cloudfront.pem',
  keyPairId: 'K2JCJMDEHXQW5F',
  ...more,
})

function found(release: Release, more: Partial<ConfigSpec> = {}): readonly string[] {
  return lint(renderConfig(spec(release, more)), 'config.yml', { release, environment: {} }).map(
    ({ severity, id, message }) => `${severity} ${id}: ${message}`,
  )
}

describe('the config of init', () => {
  it.each(releases)('has no error and no warning for %s', (release) => {
    expect(found(release).filter((finding) => !finding.startsWith('note'))).toEqual([])
    expect(found(release, { rootDirectory: '' }).filter((finding) => !finding.startsWith('note'))).toEqual([])
  })

  it.each(['2.8.3', latest, 'main'] as const)('has not even a note for %s', (release) => {
    expect(found(release)).toEqual([])
    expect(found(release, { rootDirectory: '' })).toEqual([])
    expect(found(release, { regionEndpoint: 'https://minio.example.com' })).toEqual([])
  })

  it('deletes where deleting works', () => {
    expect(renderConfig(spec('2.5.2'))).not.toContain('delete:')
    expect(renderConfig(spec('2.8.3'))).toMatch(/delete:\n.*\n {4}enabled: true/)
    expect(renderConfig(spec(latest))).toContain('delete:\n    enabled: true')
  })
})
