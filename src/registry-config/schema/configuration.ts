import { auth } from './auth.ts'
import { http } from './http.ts'
import { middlewareEntry } from './middleware.ts'
import { redis } from './redis.ts'
import { storage } from './storage.ts'
import {
  anything,
  bool,
  duration,
  headers,
  int,
  type Key,
  list,
  optionalDuration,
  string,
  strings,
  struct,
  type Type,
} from './type.ts'

/** What the log can be written as. */
export const logFormats: readonly string[] = ['text', 'json', 'logstash']

const level: Type = {
  kind: 'word',
  called: 'loglevel',
  words: ['error', 'warn', 'info', 'debug'],
  fold: true,
}

const mail: readonly Key[] = [
  {
    name: 'smtp',
    type: struct(
      { name: 'addr', type: string, about: 'host:port of the mail server.' },
      { name: 'username', type: string, about: 'The user name.' },
      { name: 'password', type: string, secret: true, about: 'The password.' },
      {
        name: 'insecure',
        type: bool,
        fallback: 'false',
        about: 'Whether its certificate is taken unchecked.',
      },
    ),
    about: 'The mail server.',
  },
  { name: 'from', type: string, about: 'The sender.' },
  { name: 'to', type: strings, about: 'The receivers.' },
]

const log: readonly Key[] = [
  { name: 'level', type: level, fallback: 'info', about: 'What is logged: this and what is worse.' },
  {
    name: 'formatter',
    type: string,
    words: () => logFormats,
    fallback: 'text',
    about: 'The format of the entries.',
  },
  { name: 'fields', type: { kind: 'map', of: anything }, about: 'Fields added to every entry.' },
  {
    name: 'hooks',
    since: '2.1.0',
    type: list(
      struct(
        { name: 'disabled', type: bool, fallback: 'false', about: 'Whether the hook is off.' },
        { name: 'type', type: string, about: 'mail; other types are ignored.' },
        { name: 'levels', type: strings, about: 'The levels that trigger it.' },
        { name: 'options', variable: 'MAILOPTIONS', type: struct(...mail), about: 'The mail’s settings.' },
      ),
    ),
    about: 'What else to do with entries.',
  },
  {
    name: 'accesslog',
    since: '2.6.0',
    type: struct({
      name: 'disabled',
      type: bool,
      fallback: 'false',
      about: 'Whether requests are not logged.',
    }),
    about: 'The log of requests.',
  },
  {
    name: 'reportcaller',
    type: bool,
    since: '3.0.0',
    fallback: 'false',
    about: 'Whether entries name their place in the code.',
  },
]

const interval: Key = {
  name: 'interval',
  type: duration,
  fallback: '10s',
  about: 'How often to check, with a unit.',
}
const threshold: Key = {
  name: 'threshold',
  type: int,
  fallback: '0',
  about: 'Failures in a row before it counts.',
}
const timeout: Key = { name: 'timeout', type: duration, about: 'How long the check may take.' }

const health: readonly Key[] = [
  {
    name: 'storagedriver',
    type: struct(
      { name: 'enabled', type: bool, fallback: 'false', about: 'Whether the store is checked.' },
      interval,
      threshold,
    ),
    about: 'The check of the store; while it fails, every request is answered 503.',
  },
  {
    name: 'file',
    variable: 'FILECHECKERS',
    type: list(
      struct({ name: 'file', type: string, about: 'Unhealthy while this file exists.' }, interval, threshold),
    ),
    about: 'Checks of files.',
  },
  {
    name: 'http',
    variable: 'HTTPCHECKERS',
    type: list(
      struct(
        { name: 'uri', type: string, about: 'The URI to ask.' },
        { name: 'statuscode', type: int, fallback: '200', about: 'The status expected.' },
        { name: 'headers', type: headers, about: 'Headers to send.' },
        timeout,
        interval,
        threshold,
      ),
    ),
    about: 'Checks of HTTP servers.',
  },
  {
    name: 'tcp',
    variable: 'TCPCHECKERS',
    type: list(
      struct({ name: 'addr', type: string, about: 'host:port to connect to.' }, timeout, interval, threshold),
    ),
    about: 'Checks of TCP servers.',
  },
]

const endpoint: readonly Key[] = [
  { name: 'name', type: string, about: 'What it is called in logs and metrics.' },
  { name: 'disabled', type: bool, fallback: 'false', about: 'Whether it gets nothing.' },
  { name: 'url', type: string, about: 'Where events are posted.' },
  { name: 'headers', type: headers, secret: true, about: 'Headers to send.' },
  { name: 'timeout', type: duration, fallback: '1s', about: 'How long a post may take.' },
  { name: 'threshold', type: int, fallback: '10', about: 'Failures in a row before a pause.' },
  { name: 'backoff', type: duration, fallback: '1s', about: 'The pause.' },
  {
    name: 'ignoredmediatypes',
    type: strings,
    since: '2.6.0',
    about: 'Media types whose events are left out.',
  },
  {
    name: 'ignore',
    since: '2.7.0',
    type: struct(
      { name: 'mediatypes', type: strings, about: 'Media types whose events are left out.' },
      { name: 'actions', type: strings, about: 'Actions whose events are left out.' },
    ),
    about: 'Events left out.',
  },
]

const indexes: Type = struct(
  {
    name: 'platforms',
    type: { kind: 'word', called: 'platforms option', words: ['all', 'none', 'list'], fold: true },
    fallback: 'all',
    about: 'Which platforms of an index must be present: all, none, or those of platformlist.',
  },
  {
    name: 'platformlist',
    type: list(
      struct(
        { name: 'architecture', type: string, about: 'The architecture.' },
        { name: 'os', type: string, about: 'The operating system.' },
      ),
    ),
    about: 'The platforms for `list`.',
  },
)

/** Every section of config.yml. Source: each release's configuration.go; facts registry 6.3. */
export const configuration: readonly Key[] = [
  { name: 'version', type: { kind: 'version' }, required: true, about: 'The format: 0.1.' },
  { name: 'log', type: struct(...log), about: 'Logging.' },
  { name: 'loglevel', type: level, about: 'The old place of log.level, which wins where both are.' },
  {
    name: 'storage',
    type: { kind: 'choice', of: 'storage', sections: storage },
    required: true,
    about: 'The storage driver and what belongs to it.',
  },
  {
    name: 'auth',
    type: { kind: 'choice', of: 'auth', sections: auth },
    about: 'Who may use the registry; everybody unless given.',
  },
  {
    name: 'middleware',
    type: { kind: 'map', of: list(struct(...middlewareEntry)) },
    about: 'Middlewares of the registry, of repositories, and of the storage.',
  },
  {
    name: 'reporting',
    until: '3.0.0',
    type: struct(
      {
        name: 'bugsnag',
        type: struct(
          { name: 'apikey', type: string, secret: true, about: 'The key.' },
          { name: 'releasestage', type: string, about: 'The stage reported.' },
          { name: 'endpoint', type: string, about: 'Where reports are sent.' },
        ),
        about: 'Bugsnag.',
      },
      {
        name: 'newrelic',
        type: struct(
          { name: 'licensekey', type: string, secret: true, about: 'The key.' },
          { name: 'name', type: string, about: 'The name reported.' },
          { name: 'verbose', type: bool, about: 'Whether to log more.' },
        ),
        about: 'New Relic.',
      },
    ),
    about: 'Error reports.',
  },
  { name: 'http', type: struct(...http), about: 'The listener.' },
  {
    name: 'notifications',
    type: struct(
      {
        name: 'events',
        variable: 'EVENTCONFIG',
        since: '2.7.0',
        type: struct({
          name: 'includereferences',
          type: bool,
          fallback: 'false',
          about: 'Whether manifest events list what they refer to.',
        }),
        about: 'What events hold.',
      },
      { name: 'endpoints', type: list(struct(...endpoint)), about: 'Who gets events.' },
    ),
    about: 'Events posted to other programs.',
  },
  {
    name: 'redis',
    type: { kind: 'struct', keys: redis, strict: true },
    about: 'The Redis server for the cache.',
  },
  { name: 'health', since: '2.2.0', type: struct(...health), about: 'Health checks.' },
  {
    name: 'catalog',
    since: '2.8.2',
    type: struct({
      name: 'maxentries',
      type: int,
      fallback: '1000',
      about: 'Entries of a page of the catalog; 1000 also for 0 and less.',
    }),
    about: 'The catalog.',
  },
  {
    name: 'tags',
    since: '3.1.0',
    type: struct({ name: 'maxtags', type: int, fallback: '1000', about: 'Tags of a page; 1000 also for 0.' }),
    about: 'Lists of tags.',
  },
  {
    name: 'proxy',
    since: '2.1.0',
    type: struct(
      {
        name: 'remoteurl',
        type: string,
        example: 'https://registry-1.docker.io',
        about: 'The registry to mirror; turns the mirror on.',
      },
      { name: 'username', type: string, about: 'The user name there.' },
      { name: 'password', type: string, secret: true, about: 'The password there.' },
      {
        name: 'ttl',
        type: optionalDuration,
        since: '3.0.0',
        fallback: '168h',
        about: 'How long content is kept; 0 for ever.',
      },
      {
        name: 'exec',
        since: '3.0.0',
        type: struct(
          { name: 'command', type: string, about: 'The command that gives credentials.' },
          { name: 'lifetime', type: optionalDuration, about: 'How long they are good for.' },
        ),
        about: 'A command that gives the credentials.',
      },
      {
        name: 'cachewritetimeout',
        type: optionalDuration,
        since: '3.1.0',
        fallback: '5m',
        about: 'How long writing to the cache may take.',
      },
    ),
    about: 'A pull-through mirror of another registry.',
  },
  {
    name: 'compatibility',
    since: '2.3.0',
    until: '3.0.0',
    type: struct({
      name: 'schema1',
      type: struct(
        {
          name: 'signingkeyfile',
          variable: 'TRUSTKEY',
          type: string,
          about: 'The key that signs manifests.',
        },
        {
          name: 'enabled',
          type: bool,
          since: '2.7.0',
          fallback: 'false',
          about: 'Whether schema 1 is taken.',
        },
        {
          name: 'disablesignaturestore',
          type: bool,
          until: '2.5.0',
          about: 'Whether signatures are not kept.',
        },
      ),
      about: 'Manifests of schema 1.',
    }),
    about: 'Old formats.',
  },
  {
    name: 'validation',
    since: '2.6.0',
    type: struct(
      { name: 'enabled', type: bool, about: 'The old way to turn it on.' },
      {
        name: 'disabled',
        type: bool,
        since: '2.7.0',
        fallback: 'false',
        about: 'Whether manifests are not validated.',
      },
      {
        name: 'manifests',
        type: struct(
          {
            name: 'urls',
            type: struct(
              { name: 'allow', type: strings, about: 'Regular expressions that a URL must match.' },
              { name: 'deny', type: strings, about: 'Regular expressions that no URL may match.' },
            ),
            about: 'URLs of foreign layers; with neither list none is allowed.',
          },
          { name: 'indexes', since: '3.0.0', type: indexes, about: 'Image indexes.' },
        ),
        about: 'Manifests.',
      },
    ),
    about: 'What pushed manifests must be like.',
  },
  {
    name: 'policy',
    since: '2.6.0',
    type: struct({
      name: 'repository',
      type: struct({ name: 'classes', type: strings, about: 'The classes of content taken.' }),
      about: 'Repositories.',
    }),
    about: 'Policies.',
  },
]
