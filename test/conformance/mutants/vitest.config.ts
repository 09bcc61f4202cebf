import { defineConfig } from 'vitest/config'

/** All broken stores, which takes minutes; the suite's own tests run a few of them. Usage: npm run mutants */
export default defineConfig({
  test: {
    include: ['test/conformance/mutants/*.mutants.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    reporters: ['default', './test/conformance/mutants/report.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 60_000,
    maxConcurrency: 2,
  },
})
