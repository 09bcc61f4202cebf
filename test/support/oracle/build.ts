import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { peer } from '../peers.ts'

/**
 * The registry's own code as the oracle: programs of a few lines around each release's packages, built with that
 * release's dependencies into a cache outside the repository. REGCTL_ORACLE names another cache.
 */
export type OracleName =
  | 'v2.8/registry'
  | 'v2.8/parse'
  | 'v3.0/registry'
  | 'v3.0/parse'
  | 'v3.1/parse'
  | 'std/check'
  | 'std/check'

const source = import.meta.dirname

/** The path of an oracle's program, built on first use; undefined where there is no Go. Throws where its modules cannot be had. */
export function oracle(name: OracleName): string | undefined {
  const go = peer('go')
  if (go === undefined) return undefined
  const [module = '', command = ''] = name.split('/')
  const cache = process.env.REGCTL_ORACLE ?? join(homedir(), '.cache', 'regctl-oracle')
  const program = join(cache, `${module}-${command}-${fingerprint(module, command)}`)
  if (existsSync(program)) return program
  mkdirSync(cache, { recursive: true })
  const made = `${program}.${process.pid}`
  const options = { cwd: join(source, module), stdio: 'pipe', timeout: 600_000 } as const
  execFileSync(go, ['build', '-mod=mod', '-o', made, `./${command}`], options)
  renameSync(made, program)
  return program
}

function fingerprint(module: string, command: string): string {
  const hash = createHash('sha256')
  for (const folder of [module, join(module, command)]) {
    for (const entry of readdirSync(join(source, folder), { withFileTypes: true })) {
      if (entry.isFile()) hash.update(readFileSync(join(source, folder, entry.name)))
    }
  }
  return hash.digest('hex').slice(0, 12)
}
