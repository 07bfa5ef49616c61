import { defineConfig } from 'vitest/config'

// A second report for programs, beside what people read: `.ci/run` counts the tests from it.
const report = process.env.MILLRACE_TEST_REPORT

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    // Tests of types (`*.test-d.ts`) are checked by `npm run check:types`, which is far quicker.
    testTimeout: 60_000,
    // Processes, not threads: native modules, and tests that crash on purpose.
    pool: 'forks',
    maxWorkers: 2,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
