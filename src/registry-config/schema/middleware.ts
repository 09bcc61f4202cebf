import { anything, type Key, reads, type Section } from './type.ts'

const baseUrl: Key = {
  name: 'baseurl',
  type: reads({ as: 'string' }),
  required: true,
  about: 'The URL that clients are sent to.',
}

/** The storage middlewares and their options. Source: facts registry 5. */
export const storageMiddlewares: readonly Section[] = [
  {
    name: 'cloudfront',
    reserved: false,
    about: 'Sends clients to CloudFront with signed URLs.',
    keys: [
      {
        ...baseUrl,
        example: 'https://d111111abcdef8.cloudfront.net/',
        about: 'The distribution’s URL, with scheme, without a path.',
      },
      {
        name: 'privatekey',
        type: reads({ as: 'string' }),
        required: true,
        example: '/etc/distribution/cloudfront.pem',
        about: 'The file with the private key: RSA, PKCS#1, PEM, unencrypted.',
      },
      {
        name: 'keypairid',
        type: reads({ as: 'string' }),
        required: true,
        example: 'K2JCJMDEHXQW5F',
        about: 'The public key’s ID at CloudFront (K…), or a legacy key pair’s (APKA…).',
      },
      {
        name: 'duration',
        type: reads({ as: 'duration' }),
        fallback: '20m',
        about: 'How long a signed URL is good for, with a unit.',
      },
      {
        name: 'ipfilteredby',
        type: reads({ as: 'word', words: () => ['none', 'aws', 'awsregion'], fold: true }),
        since: '2.7.0',
        fallback: 'none',
        about: 'Which clients are sent to S3 instead: none, all of AWS, or those in awsregion.',
      },
      {
        name: 'awsregion',
        type: reads({ as: 'string' }),
        since: '2.7.0',
        example: 'us-east-1,us-east-2',
        about: 'Regions, separated by commas.',
      },
      {
        name: 'iprangesurl',
        type: reads({ as: 'string' }),
        since: '2.7.0',
        fallback: 'https://ip-ranges.amazonaws.com/ip-ranges.json',
        about: 'Where the address ranges are published.',
      },
      {
        name: 'updatefrequency',
        type: reads({ as: 'duration' }),
        since: '3.0.0',
        fallback: '12h',
        about: 'How often the ranges are fetched.',
      },
      {
        name: 'updatefrenquency',
        type: reads({ as: 'duration' }),
        since: '2.7.0',
        about: 'The old spelling of updatefrequency. In 2.x its value replaces duration.',
      },
    ],
  },
  {
    name: 'redirect',
    reserved: false,
    since: '2.5.0',
    about: 'Sends clients to another host, unsigned.',
    keys: [baseUrl],
  },
  {
    name: 'rewrite',
    reserved: false,
    since: '3.0.0',
    about: 'Changes the URL that clients are sent to.',
    keys: [
      { name: 'scheme', type: reads({ as: 'string' }), about: 'The scheme to put in.' },
      { name: 'host', type: reads({ as: 'string' }), about: 'The host to put in.' },
      { name: 'trimpathprefix', type: reads({ as: 'string' }), about: 'The prefix to cut off the path.' },
    ],
  },
]

export const middlewareEntry: readonly Key[] = [
  { name: 'name', type: { kind: 'string' }, required: true, about: 'Which middleware.' },
  {
    name: 'disabled',
    type: { kind: 'bool' },
    about: 'Parsed and never looked at: a disabled entry is active.',
  },
  { name: 'options', type: { kind: 'map', of: anything }, about: 'The middleware’s own options.' },
]
