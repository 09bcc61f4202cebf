/** The bucket that an S3 origin's domain name stands for; `region` is undefined for the global form. */
export interface BucketDomain {
  readonly bucket: string
  readonly region: string | undefined
}

/**
 * Takes an origin's domain name and gives its bucket: BUCKET.s3.REGION.amazonaws.com, the old BUCKET.s3-REGION.…,
 * or the global BUCKET.s3.amazonaws.com. Undefined for every other name, website, accelerate and dualstack endpoints
 * among them (facts: cloudfront 1.4).
 */
export function bucketOf(domain: string): BucketDomain | undefined {
  const match =
    /^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3(?:[.-]([a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?$/.exec(
      domain,
    )
  return match?.[1] === undefined ? undefined : { bucket: match[1], region: match[2] }
}
