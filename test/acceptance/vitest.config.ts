import { defineConfig } from 'vitest/config'

/** What takes long: the driver and the command under faults, every profile on every store; slices run with the other tests. Usage: npm run acceptance */
export default defineConfig({
  test: {
    include: ['test/acceptance/*.acceptance.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
})
