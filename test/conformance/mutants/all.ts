import { blindMutants } from './blind.ts'
import { blindEdges } from './blind-edges.ts'
import { blindLines } from './blind-lines.ts'
import { blindServers } from './blind-servers.ts'
import { contentMutants } from './content.ts'
import { brokenFiles, brokenS3 } from './lines.ts'
import { serverMutants } from './servers.ts'
import { treeMutants } from './tree.ts'
import { writerMutants } from './writers.ts'

/** Every broken store. Entered by hand. */
export const driverMutants = [...contentMutants, ...writerMutants, ...treeMutants, ...blindMutants]
export const servers = [...blindServers, ...serverMutants]
export const everyMutant = [
  ...driverMutants,
  ...brokenFiles,
  ...servers,
  ...blindLines,
  ...brokenS3,
  ...blindEdges,
]
