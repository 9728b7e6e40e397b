/** @type {import('jest').Config} */
const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'json'],
  moduleNameMapper: {
    '^app-kit/(.+)$': '<rootDir>/libs/app-kit/src/$1.ts',
    '^nestjs-nats$': '<rootDir>/libs/nestjs-nats/src/index.ts',
    '^nestjs-nats/(\\w+)$': '<rootDir>/libs/nestjs-nats/src/$1/index.ts',
    // nodenext specifiers name the file that will exist: "./x.js" is "./x.ts" here
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': ['@swc/jest', { swcrc: true, module: { type: 'es6' } }] },
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/libs/[^/]+/dist/',
    '<rootDir>/test/packages/',
  ],
};

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,apps}/*/src/**/*.spec.ts', '<rootDir>/bench/**/*.spec.ts'],
    },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'] },
  ],
  testTimeout: 30_000,
  // modules of finished files stay in memory (ES modules in vm contexts are not released): a process
  // that ran all of them would outgrow its heap, so each is replaced before it does
  maxWorkers: 2,
  workerIdleMemoryLimit: '1.5GB',
  coverageProvider: 'v8',
  coverageDirectory: 'coverage',
  collectCoverageFrom: ['libs/*/src/**/*.ts', '!**/*.spec.ts', '!**/index.ts'],
};
