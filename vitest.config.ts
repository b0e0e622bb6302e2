import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'lib/**/*.test.ts',
      'db/**/*.test.ts',
      'emulator/**/*.test.ts',
      'sdk/**/*.test.ts',
      'examples/**/*.test.ts',
      'tests/**/*.test.{ts,mjs}',
    ],
    globalSetup: ['tests/helpers/global-setup.ts'],
    setupFiles: ['tests/helpers/fail-on-console-error.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
  },
})
