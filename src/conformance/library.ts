/** What the author of another storage driver needs to prove it: `import { … } from 'regctl-cloudfront/conformance'`. */
export type {
  Capabilities,
  FileInfo,
  FileWriter,
  StorageDriver,
  WalkStep,
} from '../storage/driver.ts'
export {
  AccessDeniedError,
  InvalidOffsetError,
  InvalidPathError,
  PathNotFoundError,
} from '../storage/driver.ts'
export { under } from '../storage/rooted.ts'
export { cases } from './all.ts'
export type { Case, CaseContext, Edge, Fetch, Inspector, Profile } from './case.ts'
export { Mismatch } from './case.ts'
export { type CaseVerdict, type OpenedDriver, type Progress, runSuite, type SuiteOptions } from './run.ts'
