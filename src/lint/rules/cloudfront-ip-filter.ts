import { before } from '../../registry-config/releases.ts'
import { regionsOf } from '../../registry-config/s3-values.ts'
import { cloudFronts } from '../cloudfront.ts'
import { withCloudFront } from '../example.ts'
import { meant } from '../look.ts'
import type { Rule } from '../rule.ts'

export const cloudfrontIpFilter: Rule = {
  id: 'cloudfront-ip-filter',
  summary: 'the filter by address does not do what it says',
  severity: 'warning',
  releases: { since: '2.7.0' },
  why: 'Region names are not checked, and one that does not exist matches no address. In 2.7 the value aws has no effect.',
  examples: [
    {
      bad: withCloudFront('ipfilteredby: awsregion\nawsregion: us-east-1, use-east-2'),
      good: withCloudFront('ipfilteredby: awsregion\nawsregion: us-east-1, us-east-2'),
    },
    { bad: withCloudFront('awsregion: us-east-1'), good: withCloudFront('') },
    {
      release: '2.7.1',
      bad: withCloudFront('ipfilteredby: aws'),
      good: withCloudFront('ipfilteredby: none'),
    },
  ],
  *check(input) {
    const regions = regionsOf('main')
    for (const edge of cloudFronts(input)) {
      const { ipFilteredBy, awsRegions } = edge.values
      for (const region of awsRegions) {
        if (regions.includes(region) || newRegion.test(region)) continue
        const close = meant(region, regions)
        yield {
          at: edge.at('awsregion'),
          message: `there is no region ${JSON.stringify(region)}, so it matches no address`,
          remedy: { text: close === undefined ? 'Correct it, or remove it.' : `Did you mean ${close}?` },
        }
      }
      if (ipFilteredBy !== 'awsregion' && edge.written('awsregion') !== undefined) {
        yield {
          at: edge.keyAt('awsregion'),
          message: 'awsregion counts only with ipfilteredby: awsregion',
          remedy: { text: 'Set it, or remove awsregion.' },
        }
      }
      if (ipFilteredBy === 'aws' && before(input.release, '2.8.0')) {
        yield {
          at: edge.at('ipfilteredby'),
          message: 'ipfilteredby: aws has no effect before 2.8',
          remedy: { text: 'Use 2.8 or newer.' },
        }
      }
    }
  },
}

/** A region that is newer than the release’s list. */
const newRegion =
  /^(us|eu|ap|sa|ca|me|af|il|mx|cn)-(gov-|iso[bef]?-)?(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/
