import {
  CreateKeyGroupCommand,
  CreatePublicKeyCommand,
  type DistributionConfig,
  GetDistributionConfigCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import type { EdgeDecision, Sandbox } from '../../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../../src/sandbox/server.ts'
import {
  type Answer,
  ecKey,
  type KeyPair,
  putObject,
  rsaKey,
  type Setup,
  send,
  setUp,
  signCanned,
} from './support.ts'

export type Behavior = NonNullable<DistributionConfig['DefaultCacheBehavior']>

/** Changes to a behaviour. */
export const open: Partial<Behavior> = { TrustedKeyGroups: { Enabled: false, Quantity: 0 } }
export const allMethods: Partial<Behavior> = {
  AllowedMethods: {
    Quantity: 7,
    Items: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
    CachedMethods: { Quantity: 2, Items: ['GET', 'HEAD'] },
  },
}

/** A sandbox with a distribution that trusts an RSA key, an ECDSA key, and on demand the account's own. */
export interface LiveEdge {
  readonly sandbox: Sandbox
  readonly setup: Setup
  readonly ec: KeyPair & { readonly id: string }
  readonly ecGroup: string
  /** A key that exists, in a group that the distribution does not trust. */
  readonly untrusted: KeyPair & { readonly id: string }
  readonly account: KeyPair
  readonly initial: DistributionConfig
  get(url: string, options?: Parameters<typeof send>[1]): Promise<Answer>
  /** The URL of `path`, signed with the RSA key. */
  canned(path: string, expires?: number): string
  update(change: (config: DistributionConfig) => DistributionConfig): Promise<void>
  /** Runs `work` under a changed default behaviour, and puts the distribution back. */
  under(change: Partial<Behavior>, work: () => Promise<void>): Promise<void>
  lastDecision(): EdgeDecision | undefined
}

/** A minute from now, in seconds since the epoch. */
export const soon = () => Math.floor(Date.now() / 1000) + 60

export async function liveEdge(): Promise<LiveEdge> {
  const account = rsaKey(1024)
  const sandbox = await startSandbox({
    accountKeyPairs: [{ id: 'APKAEXAMPLE', publicKey: account.publicKey }],
  })
  const setup = await setUp(sandbox)
  await putObject(setup, 'blob', 'content')
  await putObject(setup, 'a b+c/ü', 'odd name')

  async function addKey(name: string, key: KeyPair) {
    const created = await setup.cloudfront.send(
      new CreatePublicKeyCommand({
        PublicKeyConfig: { CallerReference: name, Name: name, EncodedKey: key.publicKey },
      }),
    )
    const id = created.PublicKey?.Id ?? ''
    const group = await setup.cloudfront.send(
      new CreateKeyGroupCommand({ KeyGroupConfig: { Name: name, Items: [id] } }),
    )
    return { ...key, id, group: group.KeyGroup?.Id ?? '' }
  }
  async function read() {
    const answer = await setup.cloudfront.send(new GetDistributionConfigCommand({ Id: setup.distributionId }))
    if (answer.DistributionConfig === undefined) throw new Error('no config')
    return { config: answer.DistributionConfig, etag: answer.ETag }
  }
  async function update(change: (config: DistributionConfig) => DistributionConfig): Promise<void> {
    const { config, etag } = await read()
    await setup.cloudfront.send(
      new UpdateDistributionCommand({
        Id: setup.distributionId,
        IfMatch: etag,
        DistributionConfig: change(config),
      }),
    )
  }
  const changed = (change: Partial<Behavior>) => (config: DistributionConfig) => ({
    ...config,
    DefaultCacheBehavior: { ...config.DefaultCacheBehavior, ...change } as Behavior,
  })

  const ec = await addKey('ec', ecKey())
  const untrusted = await addKey('other', rsaKey())
  const trusted = [setup.keyGroupId, ec.group]
  await update(changed({ TrustedKeyGroups: { Enabled: true, Quantity: 2, Items: trusted } }))
  const initial = (await read()).config
  return {
    sandbox,
    setup,
    ec,
    ecGroup: ec.group,
    untrusted,
    account,
    initial,
    get: (url, options = {}) => send(url, { ca: sandbox.ca, ...options }),
    canned: (path, expires = soon()) =>
      signCanned(`${setup.edge}${path}`, setup.keyPairId, setup.key.privateKey, expires),
    update,
    async under(change, work) {
      await update(changed(change))
      try {
        await work()
      } finally {
        await update(() => initial)
      }
    },
    lastDecision: () => sandbox.edgeLog.at(-1),
  }
}
