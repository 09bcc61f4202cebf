import { describe, expect, it } from 'vitest'
import { distributionConfig } from '../../../src/sandbox/cloudfront/distribution-config.ts'
import { checkDistribution } from '../../../src/sandbox/cloudfront/distribution-rules.ts'
import type { Account } from '../../../src/sandbox/cloudfront/route.ts'
import { emptyState } from '../../../src/sandbox/cloudfront/state.ts'
import { base } from './config-changes.ts'

describe('checkDistribution', () => {
  const config = distributionConfig.parse({
    CallerReference: 'x',
    Comment: '',
    Enabled: true,
    Origins: {
      Quantity: 1,
      Items: {
        Origin: {
          Id: 'origin',
          DomainName: 'bucket.s3.us-east-1.amazonaws.com',
          S3OriginConfig: { OriginAccessIdentity: '' },
          OriginAccessControlId: 'EOAC',
        },
      },
    },
    DefaultCacheBehavior: {
      ...base,
      TrustedKeyGroups: { Enabled: true, Quantity: 1, Items: { KeyGroup: 'group' } },
    },
  })
  const resource = { etag: '', created: '', modified: '' }
  const withDistributions = (count: number, other: typeof config): Account => ({
    id: '123456789012',
    now: Date.now,
    deployTime: 0,
    accountKeys: new Map(),
    edges: { open: async () => 0, close: async () => {}, invalidate: async () => {} },
    state: {
      ...emptyState(),
      originAccessControls: [
        {
          ...resource,
          id: 'EOAC',
          config: {
            Name: 'oac',
            Description: '',
            SigningProtocol: 'sigv4',
            SigningBehavior: 'always',
            OriginAccessControlOriginType: 's3',
          },
        },
      ],
      keyGroups: [{ ...resource, id: 'group', config: { Name: 'g', Items: { PublicKey: [] }, Comment: '' } }],
      distributions: Array.from({ length: count }, (_, i) => ({
        ...resource,
        id: `E${i}`,
        port: i,
        deployedAt: 0,
        tags: {},
        config: other,
      })),
    },
  })
  const open = { ...config.DefaultCacheBehavior, TrustedKeyGroups: { Enabled: false, Quantity: 0 } }

  it('counts the distributions of an origin access control', () => {
    const other = { ...config, DefaultCacheBehavior: open }
    expect(() => checkDistribution(config, withDistributions(99, other), undefined)).not.toThrow()
    expect(() => checkDistribution(config, withDistributions(100, other), undefined)).toThrow(
      expect.objectContaining({ code: 'TooManyDistributionsAssociatedToOriginAccessControl' }),
    )
  })

  it('counts the distributions of a key group', () => {
    const [origin] = config.Origins.Items?.Origin ?? []
    if (origin === undefined) throw new Error('no origin')
    const other = {
      ...config,
      Origins: { Quantity: 1, Items: { Origin: [{ ...origin, OriginAccessControlId: '' }] } },
    }
    expect(() => checkDistribution(config, withDistributions(99, other), undefined)).not.toThrow()
    const full = withDistributions(100, other)
    expect(() => checkDistribution(config, full, undefined)).toThrow(
      expect.objectContaining({ code: 'TooManyDistributionsAssociatedToKeyGroup' }),
    )
    expect(() => checkDistribution(config, full, full.state.distributions[0])).not.toThrow()
  })
})
