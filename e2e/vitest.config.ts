import { defineConfig } from 'vitest/config'

// Load scenarios measure the process they drive, so one file runs at a time.
export default defineConfig({
  test: {
    name: 'e2e',
    root: import.meta.dirname,
    include: ['scenarios/**/*.e2e.ts', 'console/**/*.e2e.ts', 'differential/**/*.e2e.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
