/**
 * What is known to have gone wrong, and the broken stores that do it; `odd:` are stores that are strange and sound, on
 * which the suite must pass. A reason instead of names: nothing that a store does could show it.
 */
export const sources: Readonly<Record<string, readonly string[] | string>> = {
  // The registry's S3 driver, release by release (facts: registry 4.3 to 4.7).
  '4.3 parts of up to two chunks': ['UploadPart: parts of unequal length are refused'],
  '4.3 a resume adopts the first thousand parts': [
    'append: a thousand pieces at most are adopted',
    's3: one page of parts is read',
  ],
  '4.3 an upload must match its key exactly': [
    'append: uploads are found by the beginning of the path',
    's3: uploads of keys that begin alike are taken',
  ],
  '4.3 nothing to resume is PathNotFound': [
    'append: nothing is resumed as if it were new',
    's3: an append to nothing begins anew',
  ],
  '4.3 a small tail completes the upload': [
    'writer: close commits',
    'writer: content shows before the commit',
  ],
  '4.3 a small tail is read again': [
    's3: a resume reads only whole parts',
    's3: a close keeps only whole parts',
  ],
  '4.3 a commit of nothing is MalformedXML': [
    'writer: a commit without a write fails',
    's3: a commit of nothing sends no part',
  ],
  '4.3 a close uploads what is buffered': [
    'writer: close drops what was not full',
    's3: a commit drops what fills no part',
  ],
  '4.3 a close leaves the upload open': ['append: a closed upload is no longer open'],
  '4.3 a cancel aborts': ['writer: a cancellation leaves the upload', 's3: a cancellation aborts nothing'],
  '4.3 a close after a cancel is NoSuchUpload': ['writer: a close after the cancellation fails'],
  '4.4 the size counts only what was uploaded': [
    'writer: the size is only what was uploaded',
    's3: the size is what was sent',
  ],
  '4.4 append to content that is not empty': [
    'append: committed content is overwritten',
    's3: an append to content begins anew',
  ],
  '4.4 append to empty content': ['append: empty content cannot be appended to'],
  '4.4 a commit of nothing uploads an empty part': ['UploadPart: an empty part is refused'],
  '4.4 a failed completion is aborted': ['s3: a completion that fails leaves its upload open'],
  '4.4 calls after the end fail': [
    'writer: a write after the end is taken',
    'writer: a commit after a close is taken',
    'writer: a commit after a cancellation is taken',
    'writer: a second close is taken',
  ],
  '4.4 a resume loses the KMS key': [
    's3: an upload has not the key of the encryption',
    'CreateMultipartUpload: the key of the encryption is lost',
  ],
  '4.4 ten thousand parts are the most':
    'content of 48 GiB is too much for a run; the driver refuses it by itself',
  '4.5 parts are rounded up': [
    's3: the last part of a copy is not copied',
    's3: the last part of a copy goes past the end',
  ],
  '4.5 the first error leaves the upload': ['s3: a copy that fails leaves its upload open'],
  '4.5 the threshold is that of one copy': ['move: more than 5 MiB is cut'],
  '4.6 what begins alike is deleted': [
    'delete: everything that begins alike',
    's3: a deletion takes what begins alike',
    'DeleteObjects: takes what begins alike',
  ],
  '4.6 errors of a deletion are swallowed': ['DeleteObjects: says yes and deletes nothing'],
  '4.6 a deletion stops at a sibling': [
    'delete: stops at the first neighbour',
    's3: a deletion stops at what begins alike',
  ],
  '4.6 errors of single keys are ignored': [
    'delete: errors of single keys are swallowed',
    's3: keys that were not deleted are not told',
    's3: an error for a single key is not told',
    'DeleteObjects: half of the keys stay, without a word',
  ],
  '4.6 a list error is PathNotFound': ['ListObjectsV2: is refused'],
  '4.6 a mere beginning is deleted with success': ['delete: the beginning of names is deleted with success'],
  '4.6 nothing there is PathNotFound': ['delete: missing is no error'],
  '4.7 a walk of nothing is no error': ['walk: a missing directory is no error'],
  '4.7 a skipped directory is a string prefix': ['walk: skipping a directory hides what begins alike'],
  '4.7 paging loses a name before a longer one': [
    'walk: a name that goes on with a dash is before the start',
  ],
  '4.7 the order is by components': ['walk: by components instead of bytes'],
  '4.7 the order is raw': [
    'ListObjectsV2: the order is backwards',
    'ListObjectsV2: sorted without regard to punctuation',
  ],

  'T-38': ['append: a thousand pieces at most are adopted', 's3: one page of parts is read'],
  'T-39': ['delete: everything that begins alike', 's3: a deletion takes what begins alike'],
  'T-40': ['delete: stops at the first neighbour', 's3: a deletion stops at what begins alike'],
  'T-41': ['walk: skipping a directory hides what begins alike'],
  'T-42': ['walk: a name that goes on with a dash is before the start'],
  'T-43': [
    'list: the directory itself is in it',
    's3: a folder object is a child',
    's3: a folder object is a file of a walk',
    'odd: every folder has an object of no bytes',
  ],
  'T-44': ['odd: listings have no count'],
  'T-45': [
    'walk: the start is ignored',
    'ListObjectsV2: start-after is ignored',
    'ListObjectsV2: is not implemented',
    'HeadObject: everything is missing',
  ],
  'T-46': ['PutObject: any storage class but STANDARD is refused'],
  'T-47': ['presigned: another host is told'],
  'T-48': 'the user agent of a request is no matter of a store',
  'T-49': ['list: the root of an empty store is missing'],
  'T-50': ['GetObject: missing is 403'],

  // Debian's servers (facts: npm 2.4).
  'radosgw: with BlockPublicAcls every PUT is refused': ['PutObject: an ACL is denied'],
  'radosgw: a completion has an empty ETag': ['odd: a completion has no ETag'],
  'radosgw: no aws-chunked trailers': ['odd: streamed bodies with trailers are refused'],
  'radosgw: encryption is refused': ['PutObject: encryption is refused'],
  'radosgw: ownership calls are refused': 'a bucket is made by init, not by a driver; doctor looks at it',
  'radosgw: wrong CRC headers are ignored': ['GetObject: a bit is wrong', 'odd: a checksum is never told'],
  'swift: conditional puts are refused': [
    'odd: conditional writes are refused',
    'CopyObject: conditions are not implemented',
  ],
  'swift: aws-chunked is refused': ['odd: streamed bodies with trailers are refused'],
  'swift: batch deletions want Content-MD5': ['DeleteObjects: is not implemented'],
  'swift: policy, lifecycle and public access block are refused':
    'a bucket is made by init, not by a driver; doctor looks at it',

  // Pushes and pulls with the real registry (facts: npm 2.5).
  's3rver: no listing of uploads': ['ListMultipartUploads: is not implemented'],
  'fauxqs: listing of uploads is wrong': [
    'ListMultipartUploads: always empty',
    'ListParts: an upload without parts is none',
  ],
  'emulate: no multipart': ['CreateMultipartUpload: is not implemented'],
  'the root directory comes twice in the key': ['edge: the root directory comes twice'],
  'HEAD is redirected too': ['edge: HEAD is refused', 'presigned: HEAD is refused'],
  'every write has an ACL': ['PutObject: an ACL is refused'],
  'every write has a storage class': [
    'CreateMultipartUpload: the storage class is lost',
    's3: a copy has none of what every write has',
    's3: content is written without what every write has',
  ],
  'a blob is committed by a copy': ['CopyObject: copies nothing', 'CopyObject: is not implemented'],
  'a listing of one key': ['odd: max-keys is not heard'],
}

/** The S3 operations that the registry makes (facts: registry 3, the surface of a fake). */
export const operations = [
  'PutObject',
  'GetObject',
  'HeadObject',
  'ListObjectsV2',
  'DeleteObjects',
  'CopyObject',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'ListParts',
  'ListMultipartUploads',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
] as const
