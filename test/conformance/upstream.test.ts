import { describe, expect, it } from 'vitest'
import { cases } from '../../src/conformance/all.ts'

/** Upstream's suite, test by test, with the bytes that upstream writes where they matter (facts: registry 3). */
const upstream: Readonly<Record<string, number | undefined>> = {
  TestRootExists: undefined,
  TestValidPaths: 16 * 64,
  TestInvalidPaths: undefined,
  TestWriteRead1: 1,
  TestWriteRead2: 2,
  TestWriteRead3: 32,
  TestWriteRead4: 1_048_576,
  TestWriteReadNonUTF8: 4,
  TestTruncate: 1_048_576 + 1024,
  TestReadNonexistent: undefined,
  TestWriteReadStreams1: 1,
  TestWriteReadStreams2: 2,
  TestWriteReadStreams3: 32,
  TestWriteReadStreams4: 1_048_576,
  TestWriteReadStreamsNonUTF8: 4,
  TestWriteReadLargeStreams: 5 * 2 ** 30,
  TestReaderWithOffset: 96,
  TestContinueStreamAppendLarge: 3 * 10 * 1_048_576,
  TestContinueStreamAppendSmall: 3 * 32,
  TestReadNonexistentStream: undefined,
  TestWriteZeroByteStreamThenAppend: 32,
  TestWriteZeroByteContentThenAppend: 32,
  TestList: 50 * 32,
  TestMove: 32,
  TestMoveOverwrite: 32 + 64,
  TestMoveNonexistent: 32,
  TestMoveInvalid: 32,
  TestDelete: 32,
  TestRedirectURL: 32,
  TestDeleteNonexistent: undefined,
  TestDeleteFolder: 3 * 32,
  TestDeleteOnlyDeletesSubpaths: undefined,
  TestStatCall: 4096,
  TestPutContentMultipleTimes: 4096 + 2048,
  TestConcurrentStreamReads: 128 * 1_048_576,
  TestConcurrentFileStreams: 32 * 32 * 1_048_576,
}

/** Those of its S3 driver. */
const ofS3: Readonly<Record<string, number | undefined>> = {
  TestEmptyRootList: undefined,
  TestStorageClass: undefined,
  TestOverThousandBlobs: undefined,
  TestMoveWithMultipartCopy: 64 * 1_048_576,
  'TestDelete.tree': undefined,
  TestWalk: undefined,
  TestWalkEmptyUploadsDir: undefined,
  TestListObjectsV2: undefined,
  TestIsSubpath: undefined,
}

describe("upstream's suite", () => {
  it('has 36 tests that the contract can express', () => {
    expect(Object.keys(upstream)).toHaveLength(36)
  })

  it.each(Object.entries({ ...upstream, ...ofS3 }))(
    'has %s here, by its name, with its size',
    (name, bytes) => {
      const found = cases.find(({ id, requires }) => id.endsWith(`/${name}`) && !requires?.includes('edge'))
      expect(found?.id).toBeDefined()
      if (bytes !== undefined) expect(found?.bytes).toBe(bytes)
    },
  )

  it('lends its names to no other case', () => {
    const names = cases.map(({ id }) => id.split('/')[1] ?? '').filter((name) => name.startsWith('Test'))
    // A part of a test, or its short form, goes by what stands before the dot.
    const known = [...Object.keys(upstream), ...Object.keys(ofS3)].map((name) => name.split('.')[0])
    expect(names.filter((name) => !known.includes(name.split('.')[0]))).toEqual([])
  })
})
