import { s3 } from './s3.ts'
import { anything, type Key, reads, type Section } from './type.ts'

const rootDirectory: Key = {
  name: 'rootdirectory',
  type: reads({ as: 'printed' }),
  about: 'The directory that everything is kept under.',
}

const caches: readonly string[] = ['redis', 'inmemory']

const purge: readonly Key[] = [
  {
    name: 'enabled',
    type: reads({ as: 'switch', otherwise: 'ignored' }),
    fallback: 'true',
    about: 'Whether abandoned uploads are removed.',
  },
  {
    name: 'age',
    type: reads({ as: 'duration' }),
    fallback: '168h',
    required: true,
    about: 'How old an upload must be.',
  },
  {
    name: 'interval',
    type: reads({ as: 'duration' }),
    fallback: '24h',
    required: true,
    about: 'How often to look.',
  },
  {
    name: 'dryrun',
    type: reads({ as: 'switch', otherwise: 'refused' }),
    fallback: 'false',
    required: true,
    about: 'Whether only to log.',
  },
]

/** The drivers and the reserved sections of `storage`. Source: facts registry 6.4, 7; the drivers' own FromParameters. */
export const storage: readonly Section[] = [
  { name: 's3', reserved: false, about: 'Amazon S3 and stores that speak its protocol.', keys: s3 },
  { name: 's3aws', reserved: false, since: '2.4.0', about: 'The same driver as s3.', keys: s3 },
  {
    name: 's3goamz',
    reserved: false,
    since: '2.4.0',
    until: '2.7.0',
    about: 'The S3 driver of the first releases.',
    keys: s3,
  },
  {
    name: 'filesystem',
    reserved: false,
    about: 'A directory on the registry’s host.',
    keys: [
      { ...rootDirectory, fallback: '/var/lib/registry' },
      {
        name: 'maxthreads',
        type: anything,
        since: '2.5.0',
        fallback: '100',
        about: 'File operations at a time.',
      },
    ],
  },
  { name: 'inmemory', reserved: false, about: 'The process’ memory, for tests.', keys: [] },
  {
    name: 'azure',
    reserved: false,
    about: 'Microsoft Azure Blob Storage.',
    keys: [
      { name: 'accountname', type: anything, required: true, about: 'The storage account.' },
      { name: 'accountkey', type: anything, secret: true, about: 'The account’s key.' },
      { name: 'container', type: anything, required: true, about: 'The container.' },
      { name: 'realm', type: anything, fallback: 'core.windows.net', about: 'The domain of the service.' },
      {
        name: 'credentials',
        type: anything,
        secret: true,
        since: '3.0.0',
        about: 'How to authenticate: type, clientid, tenantid, secret.',
      },
      {
        name: 'connectionstring',
        type: anything,
        secret: true,
        since: '3.0.0',
        about: 'A connection string.',
      },
      { name: 'serviceurl', type: anything, since: '3.0.0', about: 'The service’s URL.' },
      {
        name: 'max_retries',
        type: anything,
        since: '3.0.0',
        fallback: '5',
        about: 'Tries before giving up.',
      },
      {
        name: 'retry_delay',
        type: anything,
        since: '3.0.0',
        fallback: '100ms',
        about: 'The pause between tries.',
      },
      {
        name: 'skipverify',
        type: anything,
        since: '3.0.0',
        about: 'Whether certificates are taken unchecked.',
      },
      { ...rootDirectory, since: '3.0.0' },
    ],
  },
  {
    name: 'gcs',
    reserved: false,
    since: '2.1.0',
    about: 'Google Cloud Storage. In 2.x only in builds with the tag include_gcs.',
    keys: [
      { name: 'bucket', type: reads({ as: 'printed' }), required: true, about: 'The bucket.' },
      { name: 'keyfile', type: reads({ as: 'printed' }), about: 'The service account’s key file.' },
      { name: 'credentials', type: anything, secret: true, since: '2.7.0', about: 'The key file’s content.' },
      {
        name: 'chunksize',
        type: anything,
        since: '2.4.0',
        fallback: '16777216',
        about: 'Bytes a request; a multiple of 262144.',
      },
      {
        name: 'maxconcurrency',
        type: anything,
        since: '2.7.0',
        fallback: '50',
        about: 'Requests at a time.',
      },
      { name: 'useragent', type: anything, since: '3.0.0', about: 'The user agent sent.' },
      rootDirectory,
    ],
  },
  {
    name: 'swift',
    reserved: false,
    since: '2.1.0',
    until: '3.0.0',
    about: 'OpenStack Swift.',
    keys: [],
    open: true,
  },
  {
    name: 'oss',
    reserved: false,
    since: '2.1.0',
    until: '3.0.0',
    about: 'Aliyun OSS. Only in builds with the tag include_oss.',
    keys: [],
    open: true,
  },
  {
    name: 'rados',
    reserved: false,
    until: '2.4.0',
    about: 'Ceph RADOS. Only in builds with its tag.',
    keys: [],
    open: true,
  },
  {
    name: 'delete',
    reserved: true,
    since: '2.1.0',
    about: 'Deletion through the API.',
    keys: [
      {
        name: 'enabled',
        type: reads({ as: 'switch', otherwise: 'ignored' }),
        fallback: 'false',
        about: 'Whether manifests and blobs can be deleted.',
      },
    ],
  },
  {
    name: 'redirect',
    reserved: true,
    since: '2.1.0',
    about: 'Sending clients to the store for blobs.',
    keys: [
      {
        name: 'disable',
        type: reads({ as: 'switch', otherwise: 'refused' }),
        required: true,
        fallback: 'false',
        about: 'Whether the registry serves blobs itself.',
      },
    ],
  },
  {
    name: 'cache',
    reserved: true,
    about: 'A cache of blob descriptors.',
    keys: [
      {
        name: 'blobdescriptor',
        type: anything,
        since: '2.1.0',
        words: () => caches,
        about: 'Where the cache is.',
      },
      {
        name: 'layerinfo',
        type: anything,
        words: () => caches,
        about: 'The old name of blobdescriptor.',
      },
      {
        name: 'blobdescriptorsize',
        type: anything,
        since: '3.0.0',
        fallback: '10000',
        about: 'Entries of the inmemory cache; 0 for no limit.',
      },
    ],
  },
  {
    name: 'maintenance',
    reserved: true,
    about: 'Removing abandoned uploads, and read-only mode.',
    keys: [
      {
        name: 'uploadpurging',
        type: reads({ as: 'map', keys: purge }),
        about: 'Removing abandoned uploads.',
      },
      {
        name: 'readonly',
        since: '2.2.0',
        type: reads({
          as: 'map',
          keys: [
            {
              name: 'enabled',
              type: reads({ as: 'switch', otherwise: 'refused' }),
              fallback: 'false',
              about: 'Whether pushes are refused.',
            },
          ],
        }),
        about: 'Read-only mode.',
      },
    ],
  },
  {
    name: 'tag',
    reserved: true,
    since: '3.0.0',
    about: 'Looking up tags.',
    keys: [
      {
        name: 'concurrencylimit',
        type: reads({ as: 'int' }),
        fallback: '0',
        about: 'Lookups at a time; 0 for the number of processors.',
      },
    ],
  },
]
