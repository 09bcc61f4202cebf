import { atLeast, majorOf, type Release } from '../../registry-config/releases.ts'
import type { ParameterProblem } from '../../registry-config/s3-parameters.ts'
import type { Value } from '../../registry-config/value.ts'
import { authOf } from '../auth.ts'
import { plainConfig } from '../example.ts'
import { type Rule, refusal, value } from '../rule.ts'

const algorithms = 'EdDSA HS256 HS384 HS512 RS256 RS384 RS512 ES256 ES384 ES512 PS256 PS384 PS512'.split(' ')

export const authOptions: Rule = {
  id: 'auth-options',
  summary: 'an option of the authentication is missing or of the wrong type',
  severity: 'error',
  why: 'Each provider checks its options when the registry starts. They are texts: a realm of digits needs quotes.',
  examples: [
    {
      bad: plainConfig('auth: {htpasswd: {realm: r}}'),
      good: plainConfig('auth: {htpasswd: {realm: r, path: /etc/htpasswd}}'),
    },
    {
      bad: plainConfig('auth: {token: {realm: https://auth.example.com, issuer: i, service: s}}'),
      good: plainConfig(
        'auth: {token: {realm: https://auth.example.com, issuer: i, service: s, rootcertbundle: /c.pem}}',
      ),
    },
  ],
  *check({ effective, release }) {
    const { name = '', options } = authOf(effective) ?? {}
    const get = (option: string) => options?.entries.get(option)?.value
    for (const problem of problemsOf(name, get, release)) {
      yield refusal(
        value('auth', name, problem.name),
        `unable to configure authorization (${name}): ${problem.message}`,
        { remedy: { text: cures[problem.name] ?? `Set ${problem.name} to a text.` } },
      )
    }
  },
}

type Get = (name: string) => Value | undefined

function problemsOf(provider: string, get: Get, release: Release): readonly ParameterProblem[] {
  const missing = (names: readonly string[]) =>
    names
      .filter((name) => !isText(get(name)))
      .map((name) => ({ name, message: `"${name}" must be set for ${provider} access controller` }))
  switch (provider) {
    case 'htpasswd':
      return missing(['realm', 'path'])
    case 'silly':
      return missing(['realm', 'service'])
    case 'token':
      return token(get, release)
    default:
      return []
  }
}

function isText(value: Value | undefined): boolean {
  return value?.kind === 'scalar' && value.type === 'string'
}

function isEmpty(value: Value | undefined): boolean {
  return value?.kind === 'scalar' && value.value === ''
}

function token(get: Get, release: Release): readonly ParameterProblem[] {
  const three = majorOf(release) === 3
  const needed = three ? ['realm', 'issuer', 'service'] : ['realm', 'issuer', 'service', 'rootcertbundle']
  const problems: ParameterProblem[] = needed
    .filter((name) => !isText(get(name)))
    .map((name) => ({ name, message: `token auth requires a valid option string: ${JSON.stringify(name)}` }))
  const redirect = get('autoredirect')
  if (
    atLeast(release, '2.7.0') &&
    redirect !== undefined &&
    !(redirect.kind === 'scalar' && redirect.type === 'bool')
  ) {
    problems.push({ name: 'autoredirect', message: 'token auth requires a valid option bool: autoredirect' })
  }
  if (!three) {
    if (isEmpty(get('rootcertbundle'))) {
      problems.push({
        name: 'rootcertbundle',
        message:
          'unable to open token auth root certificate bundle file "": open : no such file or directory',
      })
    }
    return problems
  }
  const path = get('autoredirectpath')
  if (redirect?.kind === 'scalar' && redirect.value === true && path !== undefined && !isText(path)) {
    problems.push({
      name: 'autoredirectpath',
      message: 'token auth requires a valid option string: autoredirectpath',
    })
  }
  const has = (name: string) => isText(get(name)) && !isEmpty(get(name))
  if (!has('rootcertbundle') && !has('jwks')) {
    problems.push({ name: 'rootcertbundle', message: 'token auth requires at least one token signing key' })
  }
  const listed = get('signingalgorithms')
  if (listed === undefined) return problems
  if (listed.kind !== 'list' || listed.items.some((item) => !isText(item))) {
    problems.push({
      name: 'signingalgorithms',
      message: 'signingalgorithms must be a list of signing algorithms',
    })
    return problems
  }
  for (const item of listed.items) {
    const algorithm = item.kind === 'scalar' ? String(item.value) : ''
    if (!algorithms.includes(algorithm)) {
      problems.push({ name: 'signingalgorithms', message: `unsupported signing algorithm: ${algorithm}` })
    }
  }
  return problems
}

const cures: Readonly<Record<string, string>> = {
  rootcertbundle:
    'Set rootcertbundle to the file with the certificates that sign tokens (from 3.0 on, or jwks).',
  autoredirect: 'Write autoredirect: true or false, without quotes.',
  signingalgorithms: `Write a list out of ${algorithms.join(', ')}.`,
}
