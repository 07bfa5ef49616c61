import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// A second report for programs, beside what people read: `.ci/run` counts the tests from it.
const report = process.env.MILLRACE_TEST_REPORT

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // The examples say `millrace`, as a user of the package does.
  resolve: {
    alias: [
      { find: /^millrace$/, replacement: source('src/index.ts') },
      { find: /^millrace\/testing$/, replacement: source('src/testing/index.ts') },
    ],
  },
  test: {
    include: [
      'src/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
      'test/**/*.test.ts',
      'examples/**/*.test.ts',
    ],
    globalSetup: ['test/kafka-global-setup.ts'],
    // Tests of types (`*.test-d.ts`) are checked by `npm run check:types`, which is far quicker.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Processes, not threads: native modules, and tests that crash on purpose.
    pool: 'forks',
    maxWorkers: 2,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
