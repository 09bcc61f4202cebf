import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

describe('peers', () => {
  let folder = ''
  beforeEach(() => {
    vi.resetModules()
    folder = mkdtempSync(join(tmpdir(), 'regctl-peers-'))
    for (const name of ['PATH', 'HOME', 'GOBIN', 'GOPATH']) vi.stubEnv(name, folder)
    vi.stubEnv('REGCTL_PEERS', undefined)
    vi.stubEnv('REGCTL_REQUIRE_PEERS', undefined)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true, force: true })
  })
  const program = (name: string) => {
    writeFileSync(join(folder, name), '#!/bin/sh\necho ceph version 16.2.15\n')
    chmodSync(join(folder, name), 0o755)
  }

  it('names what is missing in one line, with what installs it, whether looked for or not', async () => {
    const { missingPeers, peer } = await import('./peers.ts')
    for (const looked of [undefined, 'none']) {
      vi.stubEnv('REGCTL_PEERS', looked)
      const line = missingPeers() ?? ''
      expect(line.split('\n')).toHaveLength(1)
      for (const text of [
        'registry-2.8 (apt-get install docker-registry)',
        'registry-3.1 (go install github.com/distribution/distribution/v3/cmd/registry@v3.1.1)',
        'skopeo (apt-get install skopeo)',
        'ceph (apt-get install ceph-mon ceph-osd radosgw ceph-common)',
        'awscli (pip install awscli)',
      ])
        expect(line).toContain(text)
      expect(peer('ceph')).toBeUndefined()
    }
    vi.stubEnv('REGCTL_REQUIRE_PEERS', '1')
    expect(() => peer('ceph')).toThrow(
      'the peer ceph is required and missing: apt-get install ceph-mon ceph-osd radosgw ceph-common',
    )
  })

  it('finds Ceph only with all that it works with', async () => {
    program('radosgw')
    expect((await import('./peers.ts')).peer('ceph')).toBeUndefined()
    vi.resetModules()
    for (const name of ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw-admin']) program(name)
    expect((await import('./peers.ts')).peer('ceph')).toBe(join(folder, 'radosgw'))
  })
})
