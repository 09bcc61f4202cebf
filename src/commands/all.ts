import type { CommandEntry } from './command.ts'

/** Every command: what the list of commands needs, and how to load the rest. Entered by hand, in the order people meet them. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'set up bucket, distribution and signing key, and write config.yml',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'lint',
    summary: 'judge a config.yml as the registry will read it',
    load: async () => (await import('./lint.ts')).lint,
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of config.yml, for editors',
    load: async () => (await import('./schema.ts')).schema,
  },
  {
    name: 'doctor',
    summary: 'prove the live system, down to a really fetched signed URL',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'sign-url',
    summary: 'make a signed URL for a digest, a storage path or a URL',
    load: async () => (await import('./sign-url.ts')).signUrlCommand,
  },
  {
    name: 'conformance',
    summary: 'prove a store against the storage-driver contract',
    load: async () => (await import('./conformance.ts')).conformance,
  },
  {
    name: 'sandbox',
    summary: 'run a local S3 and CloudFront on loopback',
    load: async () => (await import('./sandbox.ts')).sandbox,
  },
  {
    name: 'demo',
    summary: 'show the whole journey on a throw-away sandbox',
    load: async () => (await import('./demo.ts')).demo,
  },
]
