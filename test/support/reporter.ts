import { appendFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import { missingPeers } from './peers.ts'

/** Ends a run with the counts, one line, and with the peers that were missing; adds the counts to REGCTL_COUNTS for CI. */
export default class ClosingLines implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      if (
        module.state() === 'failed' &&
        [...module.children.allTests()].every((test) => test.result().state !== 'failed')
      )
        counts.failed++
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== 'pending') counts[state]++
      }
    }
    const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
    if (process.env.REGCTL_COUNTS) appendFileSync(process.env.REGCTL_COUNTS, `${line}\n`)
    const missing = missingPeers()
    process.stdout.write(`${missing === undefined ? '' : `${missing}\n`}`)
  }
}
