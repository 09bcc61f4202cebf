import { defineConfig } from 'vitest/config'

/** All broken stores, which takes minutes; the suite's own tests run a few of them. Usage: npm run mutants */
export default defineConfig({
  test: { include: ['test/conformance/mutants/*.mutants.ts'], testTimeout: 1_800_000, hookTimeout: 60_000 },
})
