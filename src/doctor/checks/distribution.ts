import type { Check } from '../check.ts'
import { initCure } from '../init-cure.ts'

export const distribution: Check = {
  id: 'distribution',
  title: 'a distribution of this account serves baseurl and is enabled',
  severity: 'error',
  why: 'The registry sends every pull to the host in baseurl; nothing tells it when no distribution answers there.',
  permissions: ['cloudfront:ListDistributions', 'cloudfront:GetDistribution'],
  async run(context) {
    const found = await context.distribution()
    const { baseUrl } = context.settings
    if (found === undefined) {
      return {
        status: 'fail',
        findings: [
          {
            message: `no distribution of this account has the domain name or alias of ${baseUrl}`,
            remedy: {
              text: 'Correct baseurl in the config, or use the account that holds the distribution.',
              commands: [
                "aws cloudfront list-distributions --query 'DistributionList.Items[].[Id,DomainName,Aliases.Items]'",
              ],
            },
          },
        ],
      }
    }
    if (found.config.Enabled === true) return { status: 'pass', seen: found.id }
    return {
      status: 'fail',
      findings: [
        {
          message: `the distribution ${found.id} is disabled`,
          place: { kind: 'resource', type: 'distribution', id: found.id },
          remedy: initCure('Enable it.', context.settings, found),
        },
      ],
    }
  },
}
