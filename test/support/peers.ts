import { execFileSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/**
 * The real programs that tests run against. A test that needs one says `describe.skipIf(!peer('skopeo'))`; what is
 * missing is named at the end of the run with the command that installs it. REGCTL_PEERS=none looks for none;
 * REGCTL_REQUIRE_PEERS=1 makes a missing one an error.
 */
const peers = {
  'registry-2.8': {
    names: ['docker-registry'],
    variable: 'REGCTL_REGISTRY_2_8',
    version: / v?2\.8\./,
    install: 'apt-get install docker-registry',
  },
  'registry-3.1': {
    names: ['registry'],
    variable: 'REGCTL_REGISTRY_3_1',
    version: / v3\.1\./,
    install: 'go install github.com/distribution/distribution/v3/cmd/registry@v3.1.1',
  },
  skopeo: {
    names: ['skopeo'],
    variable: 'REGCTL_SKOPEO',
    version: /^skopeo version /,
    install: 'apt-get install skopeo',
  },
  go: {
    names: ['go'],
    variable: 'REGCTL_GO',
    ask: 'version',
    version: /^go version /,
    install: 'apt-get install golang',
  },
  ceph: {
    names: ['radosgw'],
    beside: ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw-admin'],
    variable: 'REGCTL_RADOSGW',
    version: /^ceph version /,
    install: 'apt-get install ceph-mon ceph-osd radosgw ceph-common',
  },
  chromium: {
    names: ['chromium'],
    variable: 'REGCTL_CHROMIUM',
    version: /^Chromium \d/,
    install: 'apt-get install chromium',
  },
  awscli: { names: ['aws'], variable: 'REGCTL_AWS', version: /^aws-cli\//, install: 'pip install awscli' },
  'check-jsonschema': {
    names: ['check-jsonschema'],
    variable: 'REGCTL_CHECK_JSONSCHEMA',
    version: /^check-jsonschema, /,
    install: 'pip install check-jsonschema',
  },
  'pre-commit': {
    names: ['pre-commit'],
    variable: 'REGCTL_PRE_COMMIT',
    version: /^pre-commit /,
    install: 'pip install pre-commit',
  },
  // No program but a file: Jenkins' schema of JUnit reports.
  'junit-xsd': {
    names: ['junit-10.xsd'],
    variable: 'REGCTL_JUNIT_XSD',
    ask: 'content',
    version: /<xs:schema /,
    install: 'scripts/junit-xsd.sh',
  },
} as const

export type PeerName = keyof typeof peers

/** The path of a peer's program, or undefined when it is not installed. Throws where peers are required. */
export function peer(name: PeerName): string | undefined {
  const found = find(name)
  if (found === undefined && process.env.REGCTL_REQUIRE_PEERS === '1') {
    throw new Error(`the peer ${name} is required and missing: ${peers[name].install}`)
  }
  return found
}

/** One line for the end of a run; undefined when every peer is there. */
export function missingPeers(): string | undefined {
  const missing = (Object.keys(peers) as PeerName[]).filter((name) => find(name) === undefined)
  if (missing.length === 0) return undefined
  const why = process.env.REGCTL_PEERS === 'none' ? 'not looked for (REGCTL_PEERS=none)' : 'missing'
  return `Skipped tests against real programs, ${why}: ${missing.map((name) => `${name} (${peers[name].install})`).join(', ')}`
}

/** A clean environment for a peer: one variable of ours in it (AWS_CA_BUNDLE, say) changes what it does. */
export function scrubbed(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  return { PATH, HOME, ...(TMPDIR && { TMPDIR }), OTEL_TRACES_EXPORTER: 'none', ...extra }
}

const known = new Map<PeerName, string | undefined>()

function find(name: PeerName): string | undefined {
  if (process.env.REGCTL_PEERS === 'none') return undefined
  if (!known.has(name)) known.set(name, look(name))
  return known.get(name)
}

function look(name: PeerName): string | undefined {
  const { names, variable } = peers[name]
  const { PATH = '', HOME = '', GOBIN, GOPATH, XDG_CACHE_HOME } = process.env
  const folders = [
    ...PATH.split(delimiter),
    GOBIN,
    GOPATH && join(GOPATH, 'bin'),
    join(HOME, 'go', 'bin'),
    join(XDG_CACHE_HOME ?? join(HOME, '.cache'), 'regctl-peers'),
  ].filter((folder) => folder)
  const candidates = [
    process.env[variable],
    ...folders.flatMap((folder) => names.map((file) => join(folder ?? '', file))),
  ]
  return candidates.find((path) => path !== undefined && isVersion(path, peers[name]))
}

/** Whether the program at `path` says that it is the wanted one, and has `beside` it what it works with. */
function isVersion(
  path: string,
  wanted: { readonly version: RegExp; readonly ask?: string; readonly beside?: readonly string[] },
): boolean {
  try {
    if (wanted.ask === 'content') return wanted.version.test(readFileSync(path, 'utf8'))
    for (const name of [path, ...(wanted.beside ?? []).map((other) => join(dirname(path), other))]) {
      accessSync(name, constants.X_OK)
    }
    const said = execFileSync(path, [wanted.ask ?? '--version'], {
      env: scrubbed(),
      encoding: 'utf8',
      timeout: 20_000,
    })
    return wanted.version.test(said)
  } catch {
    return false
  }
}
