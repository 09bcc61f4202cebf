import type { Baseline } from './baseline.ts'

/** What is known of stores: the cases that fail there, and why. Each was seen by running the suite. */
export const stores: Readonly<Record<string, Baseline>> = {
  ceph: {
    store: 'Ceph RGW 16.2',
    known: [
      { id: 'objects/TestStorageClass', reason: 'it knows no storage class but those its zone was given' },
      { id: 'objects/Encryption', reason: 'it refuses encryption headers without a key service' },
      { id: 'objects/KmsKeyOnResume', reason: 'it refuses encryption headers without a key service' },
    ],
  },
}
