/**
 * Who may import whom (docs/architecture.md). Run by test/checks/imports.mjs, which also asserts that every source file was seen.
 * A rule's name is what a person reads when it is broken.
 */
const TESTS = '\\.(test|int\\.test|e2e\\.test)\\.ts$|/testing/'
const ADAPTERS = '(exotel|event-log|store|segment-log|transparency-log|telemetry|service)'

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'everything-resolves',
      severity: 'error',
      comment: 'An import that this tool cannot resolve is an import it cannot judge.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'domain-imports-zod-only',
      severity: 'error',
      comment: 'The business is read in one folder and tested without a server: no Node, no client, no clock.',
      from: { path: '^packages/domain/', pathNot: TESTS },
      to: { pathNot: ['^packages/domain/', '/node_modules/zod/'] },
    },
    {
      name: 'contracts-import-domain-only',
      severity: 'error',
      from: { path: '^packages/contracts/', pathNot: TESTS },
      to: { path: '^(packages|services|infra|test)/', pathNot: ['^packages/(contracts|domain)/'] },
    },
    {
      name: 'adapters-do-not-import-each-other',
      severity: 'error',
      comment: 'What they need is handed to them. The embedded event log is built on the segment log (next rule); `service`, the frame of a process, logs through telemetry.',
      from: { path: `^packages/${ADAPTERS}/`, pathNot: TESTS },
      to: { path: `^packages/${ADAPTERS}/`, pathNot: ['^packages/$1/', '^packages/segment-log/', '^packages/telemetry/'] },
    },
    {
      name: 'only-the-frame-of-a-process-knows-telemetry',
      severity: 'error',
      from: { path: '^packages/', pathNot: [TESTS, '^packages/(telemetry|service)/'] },
      to: { path: '^packages/telemetry/' },
    },
    {
      name: 'only-the-embedded-log-uses-the-segment-log',
      severity: 'error',
      from: { path: '^packages/', pathNot: [TESTS, '^packages/(segment-log|event-log)/'] },
      to: { path: '^packages/segment-log/' },
    },
    {
      name: 'packages-do-not-import-services',
      severity: 'error',
      from: { path: '^(packages|infra)/' },
      to: { path: '^(services|test)/' },
    },
    {
      name: 'packages-do-not-import-infra',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^infra/' },
    },
    {
      name: 'services-do-not-import-services',
      severity: 'error',
      comment: 'They speak through the log and the database. The command line starts them as processes.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'nothing-imports-test',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'test-support-is-for-tests',
      severity: 'error',
      from: { pathNot: [TESTS, '^test/', '^vitest\\.config\\.ts$'] },
      to: { path: '/testing/' },
    },
    {
      name: 'kafkajs-behind-one-door',
      severity: 'error',
      comment: 'Everybody else uses the EventLog port. The bench measures the bare client beside it.',
      from: { pathNot: ['^packages/event-log/', '^test/'] },
      to: { path: '/node_modules/kafkajs/' },
    },
    {
      name: 'pg-behind-one-door',
      severity: 'error',
      from: { pathNot: ['^packages/store/', '^test/'] },
      to: { path: '/node_modules/(pg|pg-[^/]+|node-pg-migrate|postgres)/' },
    },
    {
      name: 'the-simulator-knows-nothing-of-us',
      severity: 'error',
      comment: 'It is the oracle: if it shared our readers it would share their mistakes. Time and plain words come from domain.',
      from: { path: '^packages/exotel-simulator/', pathNot: TESTS },
      to: { path: '^packages/', pathNot: '^packages/(exotel-simulator|domain|contracts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    // `source` first: packages are judged by their sources, as the compiler and the tests see them.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'require', 'node', 'default'], extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js'] },
  },
}
