import { describe, expect, it } from 'vitest'
import { isPublic, judge, type Question } from '../../../src/sandbox/s3/policy.ts'
import { like } from '../../../src/sandbox/s3/policy-conditions.ts'
import { parsePolicy } from '../../../src/sandbox/s3/policy-document.ts'

const distribution = 'arn:aws:cloudfront::111122223333:distribution/E1'
const edge: Question = {
  who: { kind: 'service', service: 'cloudfront.amazonaws.com' },
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bkt/docker/x',
  context: {
    'aws:sourcearn': distribution,
    'aws:sourceaccount': '111122223333',
    'aws:securetransport': 'true',
  },
}
const account: Question = { ...edge, who: { kind: 'account', accountId: '111122223333' }, context: {} }
const anonymous: Question = { ...edge, who: { kind: 'anonymous' }, context: {} }

const base = {
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::bkt/*',
}
const policy = (...statements: object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'bkt')
const when = (Condition: object) => policy({ ...base, Condition })

describe('who, what and where', () => {
  const cases: [string, object, Question, 'allow' | 'deny' | 'none'][] = [
    ['a service by its name', {}, edge, 'allow'],
    ['another service', { Principal: { Service: 'logging.s3.amazonaws.com' } }, edge, 'none'],
    [
      'a service among several',
      { Principal: { Service: ['a.amazonaws.com', 'cloudfront.amazonaws.com'] } },
      edge,
      'allow',
    ],
    ['everyone', { Principal: '*' }, anonymous, 'allow'],
    ['everyone, the long way', { Principal: { AWS: '*' } }, anonymous, 'allow'],
    ['the account by its id', { Principal: { AWS: '111122223333' } }, account, 'allow'],
    ['the account by its root', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }, account, 'allow'],
    ['another account', { Principal: { AWS: '999999999999' } }, account, 'none'],
    ['the account, for the anonymous', { Principal: { AWS: '111122223333' } }, anonymous, 'none'],
    [
      'all but a service',
      { Effect: 'Deny', Principal: undefined, NotPrincipal: { Service: 'cloudfront.amazonaws.com' } },
      anonymous,
      'deny',
    ],
    [
      'all but that service itself',
      { Effect: 'Deny', Principal: undefined, NotPrincipal: { Service: 'cloudfront.amazonaws.com' } },
      edge,
      'none',
    ],
    ['an action by a pattern', { Action: 's3:Get*' }, edge, 'allow'],
    ['an action in another case', { Action: 'S3:getobject' }, edge, 'allow'],
    ['another action', { Action: 's3:PutObject' }, edge, 'none'],
    ['every action but one', { Action: undefined, NotAction: 's3:PutObject' }, edge, 'allow'],
    ['every action but this one', { Action: undefined, NotAction: 's3:GetObject' }, edge, 'none'],
    ['a prefix', { Resource: 'arn:aws:s3:::bkt/docker/*' }, edge, 'allow'],
    ['another prefix', { Resource: 'arn:aws:s3:::bkt/other/*' }, edge, 'none'],
    ['a prefix in another case', { Resource: 'arn:aws:s3:::bkt/Docker/*' }, edge, 'none'],
    ['one character by a question mark', { Resource: 'arn:aws:s3:::bkt/docker/?' }, edge, 'allow'],
    ['all but a prefix', { Resource: undefined, NotResource: 'arn:aws:s3:::bkt/docker/*' }, edge, 'none'],
  ]
  it.each(cases)('%s', (_, changes, question, expected) => {
    expect(judge(policy({ ...base, ...changes }), question)).toBe(expected)
  })

  it('lets a Deny win, wherever it stands', () => {
    const deny = { ...base, Effect: 'Deny', Principal: '*', Resource: 'arn:aws:s3:::bkt/docker/*' }
    expect(judge(policy(base, deny), edge)).toBe('deny')
    expect(judge(policy(deny, base), edge)).toBe('deny')
    expect(judge(policy(deny, base), { ...edge, resource: 'arn:aws:s3:::bkt/other' })).toBe('allow')
  })
})

describe('conditions', () => {
  const cases: [object, Question['context'], boolean][] = [
    [{ StringEquals: { 'AWS:SourceArn': distribution } }, {}, true],
    [{ StringEquals: { 'aws:sourceARN': distribution } }, {}, true],
    [{ StringEquals: { 'AWS:SourceArn': [`${distribution}2`, distribution] } }, {}, true],
    [{ StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/*' } }, {}, false],
    [{ StringEquals: { 'AWS:SourceArn': distribution.toLowerCase() } }, {}, false],
    [{ StringEqualsIgnoreCase: { 'AWS:SourceArn': distribution.toLowerCase() } }, {}, true],
    [{ StringLike: { 'AWS:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/*' } }, {}, true],
    [{ StringLike: { 'AWS:SourceArn': 'arn:aws:cloudfront::999999999999:*' } }, {}, false],
    [{ ArnLike: { 'AWS:SourceArn': 'arn:aws:cloudfront::*:distribution/*' } }, {}, true],
    [{ ArnEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/E?' } }, {}, true],
    [{ ArnLike: { 'AWS:SourceArn': 'arn:aws:*' } }, {}, false],
    [{ StringNotEquals: { 'AWS:SourceArn': distribution } }, {}, false],
    [{ StringNotEquals: { 'AWS:SourceArn': 'arn:x' } }, {}, true],
    [
      { StringEquals: { 'AWS:SourceAccount': '111122223333' }, ArnLike: { 'AWS:SourceArn': distribution } },
      {},
      true,
    ],
    [{ StringEquals: { 'AWS:SourceAccount': '1', 'AWS:SourceArn': distribution } }, {}, false],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, {}, true],
    [{ Bool: { 'aws:SecureTransport': false } }, {}, false],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:securetransport': 'false' }, true],
    [{ StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } }, {}, false],
    [{ StringEqualsIfExists: { 's3:x-amz-server-side-encryption': 'aws:kms' } }, {}, true],
    [{ StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } }, {}, true],
    [{ Null: { 's3:x-amz-server-side-encryption': 'true' } }, {}, true],
    [
      { Null: { 's3:x-amz-server-side-encryption': 'true' } },
      { 's3:x-amz-server-side-encryption': 'AES256' },
      false,
    ],
    [{ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, { 'aws:sourceip': '127.0.0.1' }, true],
    [{ NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, { 'aws:sourceip': '127.0.0.1' }, false],
    [{ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }, { 'aws:sourceip': '127.0.0.1' }, false],
    [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '10' }, true],
    [{ NumericLessThan: { 's3:max-keys': 10 } }, { 's3:max-keys': '10' }, false],
    [
      { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } },
      { 'aws:currenttime': '2026-06-01T00:00:00Z' },
      true,
    ],
    [{ DateGreaterThan: { 'aws:EpochTime': '1' } }, { 'aws:epochtime': '2' }, true],
  ]
  it.each(cases)('%j with %j: %s', (condition, context, expected) => {
    const question = { ...edge, context: { ...edge.context, ...context } }
    expect(judge(when(condition), question) === 'allow').toBe(expected)
  })

  it('matches patterns without backtracking to death', () => {
    expect(like('a'.repeat(5000), `${'*a'.repeat(50)}b`)).toBe(false)
    expect(like('arn:x', 'arn:*')).toBe(true)
    expect(like('', '*')).toBe(true)
    expect(like('ab', 'a')).toBe(false)
  })
})

describe('what S3 calls public', () => {
  const everyone = { ...base, Principal: '*' }
  const cases: [string, object, boolean][] = [
    ['everyone', everyone, true],
    ['everyone, the long way', { ...base, Principal: { AWS: '*' } }, true],
    ['a Deny for everyone', { ...everyone, Effect: 'Deny' }, false],
    ['a service, without a condition', base, false],
    ['an account', { ...base, Principal: { AWS: '111122223333' } }, false],
    [
      'everyone from one distribution',
      { ...everyone, Condition: { StringEquals: { 'aws:SourceArn': distribution } } },
      false,
    ],
    [
      'everyone from any distribution',
      { ...everyone, Condition: { StringLike: { 'aws:SourceArn': 'arn:aws:cloudfront::*' } } },
      true,
    ],
    [
      'everyone from an address range',
      { ...everyone, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
      false,
    ],
    [
      'everyone from half the world',
      { ...everyone, Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } } },
      true,
    ],
    ['everyone over HTTPS', { ...everyone, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, true],
    [
      'everyone but one account',
      { ...everyone, Condition: { StringNotEquals: { 'aws:PrincipalAccount': '1' } } },
      true,
    ],
  ]
  it.each(cases)('%s', (_, statement, expected) => {
    expect(isPublic(policy(statement))).toBe(expected)
  })
})

describe('what S3 refuses to store', () => {
  const statement = (changes: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...base, ...changes }] })
  const cases: [string, string, RegExp][] = [
    ['no JSON', 'hello', /valid JSON/],
    ['an array', '[]', /valid JSON/],
    ['a version nobody knows', JSON.stringify({ Version: '2020-01-01', Statement: [base] }), /valid version/],
    ['no statement', JSON.stringify({ Version: '2012-10-17' }), /Missing required field Statement/],
    ['no statements', JSON.stringify({ Statement: [] }), /empty/],
    ['an unknown field', statement({ Effects: 'Allow' }), /Unknown field Effects/],
    ['no effect', statement({ Effect: undefined }), /Missing required field Effect/],
    ['another effect', statement({ Effect: 'allow' }), /Invalid effect: allow/],
    ['no principal', statement({ Principal: undefined }), /Missing required field Principal/],
    ['a principal that is a text', statement({ Principal: 'me' }), /Invalid policy syntax/],
    ['an account id of eleven digits', statement({ Principal: { AWS: '11112222333' } }), /Invalid principal/],
    ['a service that is none', statement({ Principal: { Service: 'cloudfront' } }), /Invalid principal/],
    ['no action', statement({ Action: [] }), /invalid action/],
    ['an action of another service', statement({ Action: 'ec2:RunInstances' }), /invalid action/],
    ['both Action and NotAction', statement({ NotAction: 's3:*' }), /instance of Action/],
    ['another bucket', statement({ Resource: 'arn:aws:s3:::other/*' }), /invalid resource/],
    ['a bucket whose name begins alike', statement({ Resource: 'arn:aws:s3:::bkt2/*' }), /invalid resource/],
    ['a resource that is no ARN', statement({ Resource: 'bkt/*' }), /invalid resource/],
    [
      'an object action on a bucket',
      statement({ Resource: 'arn:aws:s3:::bkt' }),
      /does not apply to any resource/,
    ],
    ['a bucket action on objects', statement({ Action: 's3:ListBucket' }), /does not apply to any resource/],
    [
      'an unknown operator',
      statement({ Condition: { StringIs: { 'aws:SourceArn': 'x' } } }),
      /Invalid Condition type : StringIs/,
    ],
    [
      'an unknown condition key',
      statement({ Condition: { StringEquals: { SourceArn: 'x' } } }),
      /invalid condition key/,
    ],
    [
      'an address that is none',
      statement({ Condition: { IpAddress: { 'aws:SourceIp': 'x' } } }),
      /Invalid IP address/,
    ],
    [
      'two statements of one id',
      JSON.stringify({
        Statement: [
          { ...base, Sid: 'a' },
          { ...base, Sid: 'a' },
        ],
      }),
      /must be unique/,
    ],
    ['more than 20 KB', JSON.stringify({ Id: 'x'.repeat(21_000), Statement: [base] }), /exceeds the maximum/],
  ]
  it.each(cases)('%s', (_, text, message) => {
    expect(() => parsePolicy(text, 'bkt')).toThrow(
      expect.objectContaining({ code: 'MalformedPolicy', message: expect.stringMatching(message) }),
    )
  })

  it('takes bucket and object actions together when each has its resource', () => {
    const both = {
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: ['arn:aws:s3:::bkt', 'arn:aws:s3:::bkt/*'],
    }
    expect(() => parsePolicy(statement(both), 'bkt')).not.toThrow()
  })
})
