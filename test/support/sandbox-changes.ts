import type { DistributionConfig } from '../../src/aws/clients.ts'
import type { World } from '../../src/commands/world.ts'

/** Changes the account's only distribution as a person in the console would. Waits until it is deployed. */
export async function changeDistribution(
  world: World,
  change: (config: DistributionConfig) => DistributionConfig,
): Promise<void> {
  const { cloudfront } = await world.aws({ region: undefined })
  const { DistributionList } = await cloudfront.listDistributions({})
  const Id = DistributionList?.Items?.[0]?.Id
  const { Distribution, ETag } = await cloudfront.getDistribution({ Id })
  if (Distribution?.DistributionConfig === undefined) throw new Error('the sandbox has no distribution')
  await cloudfront.updateDistribution({
    Id,
    IfMatch: ETag,
    DistributionConfig: change(Distribution.DistributionConfig),
  })
}

export function setOriginPath(world: World, path: string): Promise<void> {
  return changeDistribution(world, (config) => ({
    ...config,
    Origins: {
      Quantity: config.Origins?.Quantity,
      Items: config.Origins?.Items?.map((origin) => ({ ...origin, OriginPath: path })),
    },
  }))
}

type Behavior = NonNullable<DistributionConfig['DefaultCacheBehavior']>

export function changeBehavior(world: World, change: Partial<Behavior>): Promise<void> {
  return changeDistribution(world, (config) => ({
    ...config,
    DefaultCacheBehavior: { ...config.DefaultCacheBehavior, ...change } as Behavior,
  }))
}

/** Allowed and cached methods in the API's nested form. */
export function methodSets(allowed: readonly string[], cached: readonly string[]): Partial<Behavior> {
  return {
    AllowedMethods: {
      Quantity: allowed.length,
      Items: [...allowed] as 'GET'[],
      CachedMethods: { Quantity: cached.length, Items: [...cached] as 'GET'[] },
    },
  }
}
