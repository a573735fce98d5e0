import { defineConfig } from 'vitest/config'

/** Unit tests: beside the code, no sockets to the outside, no sleeps. End-to-end tests have e2e/vitest.config.ts. */
export default defineConfig({
  test: {
    name: 'unit',
    include: ['{packages,apps}/*/{src,test}/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    // Files share a process: a third of the time, and a module that keeps state between them shows itself.
    isolate: false,
    // Some start threads and processes, which takes its time on a machine that others use. Whoever waits longer hangs.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
  },
})
