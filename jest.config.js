/** Jest in ESM mode; TypeScript is stripped by swc, never type-checked here (`npm run check` does that). */
export default {
  testEnvironment: 'node',
  roots: [
    '<rootDir>/kernel',
    '<rootDir>/gateway',
    '<rootDir>/subgraphs',
    '<rootDir>/test',
    '<rootDir>/cli',
    '<rootDir>/schema',
    '<rootDir>/clients',
  ],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/test/databases/create.js',
  setupFiles: ['<rootDir>/test/databases/use.js'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024', keepClassNames: true },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 120_000, // a hang, not slowness: machines are shared
  maxWorkers: 2, // Jest would leave one of two cores idle
};
