import { anything, reads, type Section } from './type.ts'

const realm = { name: 'realm', type: anything, required: true, about: 'The realm told to clients.' } as const

/** The providers of `auth`. Source: facts registry 6.5. */
export const auth: readonly Section[] = [
  {
    name: 'htpasswd',
    reserved: false,
    about: 'Names and passwords in a file of bcrypt hashes.',
    keys: [realm, { name: 'path', type: anything, required: true, about: 'The file.' }],
  },
  {
    name: 'token',
    reserved: false,
    about: 'Tokens of an authorization server.',
    keys: [
      realm,
      {
        name: 'issuer',
        type: reads({ as: 'string' }),
        required: true,
        about: 'The issuer tokens must name.',
      },
      {
        name: 'service',
        type: reads({ as: 'string' }),
        required: true,
        about: 'The audience tokens must name.',
      },
      {
        name: 'rootcertbundle',
        type: reads({ as: 'string' }),
        about: 'The file with the certificates that sign tokens.',
      },
      {
        name: 'jwks',
        type: reads({ as: 'string' }),
        since: '3.0.0',
        about: 'The file with the keys that sign tokens.',
      },
      {
        name: 'autoredirect',
        type: anything,
        since: '2.7.0',
        fallback: 'false',
        about: 'Whether the realm is made from the request’s host.',
      },
      {
        name: 'autoredirectpath',
        type: anything,
        since: '3.0.0',
        fallback: '/auth/token/',
        about: 'The path for autoredirect.',
      },
      {
        name: 'signingalgorithms',
        type: reads({ as: 'strings' }),
        since: '3.0.0',
        about: 'The algorithms tokens may be signed with.',
      },
    ],
  },
  {
    name: 'silly',
    reserved: false,
    about: 'Lets in whoever sends any authorization; for tests.',
    keys: [realm, { name: 'service', type: anything, required: true, about: 'The service told to clients.' }],
  },
  { name: 'none', reserved: false, since: '2.7.0', about: 'No authentication.', keys: [] },
]
