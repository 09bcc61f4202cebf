import { atLeast, before, type Release } from './releases.ts'

/** The words that the S3 driver takes, by release. Source: facts registry 1.6, 1.7. */

const early =
  'us-gov-west-1 us-east-1 us-west-1 us-west-2 eu-west-1 eu-central-1 ap-southeast-1 ap-southeast-2 ap-northeast-1 sa-east-1 cn-north-1'
const of24 = `${early.replace('us-gov-west-1 ', '')} ap-northeast-2`
const of27 = `${of24} us-gov-west-1 us-east-2 ap-south-1 ca-central-1 eu-west-2 eu-west-3 cn-northwest-1`
const of30 = `${of27} af-south-1 ap-east-1 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-4 ca-west-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 us-gov-east-1 us-iso-east-1 us-iso-west-1 us-isob-east-1 eu-isoe-west-1`

const regions: readonly (readonly [Release, readonly string[]])[] = [
  ['3.0.0', of30.split(' ')],
  ['2.7.0', of27.split(' ')],
  ['2.6.0', `${of24} us-gov-west-1 us-east-2`.split(' ')],
  ['2.5.0', `${of24} us-gov-west-1`.split(' ')],
  ['2.4.0', of24.split(' ')],
  ['2.0.0', early.split(' ')],
]

/** The regions that `release` takes without a `regionendpoint`; the comparison is exact. */
export function regionsOf(release: Release): readonly string[] {
  return regions.find(([since]) => atLeast(release, since))?.[1] ?? []
}

/** The storage classes that `release` takes, in upper case, in the order its message lists them. */
export function storageClassesOf(release: Release): readonly string[] {
  if (before(release, '2.6.0')) return ['STANDARD', 'REDUCED_REDUNDANCY']
  const old = ['NONE', 'STANDARD', 'REDUCED_REDUNDANCY']
  if (before(release, '3.0.0')) return old
  const of30 = [...old, 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'OUTPOSTS', 'GLACIER_IR']
  return atLeast(release, '3.1.1') ? [...of30, 'EXPRESS_ONEZONE'] : of30
}

/** The canned ACLs; case matters. */
export const objectAcls: readonly string[] = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
]

/** What the driver's `loglevel` knows; case does not matter, and any other word is `off`. */
export const s3LogLevels: readonly string[] = [
  'off',
  'debug',
  'debugwithsigning',
  'debugwithhttpbody',
  'debugwithrequestretries',
  'debugwithrequesterrors',
  'debugwitheventstreambody',
]
