import { describe, expect, it } from 'vitest'
import { renderRebuild } from './render-rebuild.ts'
import { renderReconcile } from './render-reconcile.ts'

const RECONCILED = {
  account: 'acme',
  from: '2026-01-31T04:00:00.000Z',
  to: '2026-01-31T05:00:00.000Z',
  outcome: 'gaps-remain',
  reason: '2 windows of the range are not closed yet',
  scans: 1,
  requests: 7,
  callsFound: 3,
  webhooksMissing: 2,
  windowsClosed: 10,
  windows: { provisional: 10, settling: 2 },
  exitCode: 3,
}

describe('the summary of a reconciliation', () => {
  it('says what was found and what remains open', () =>
    expect(renderReconcile(JSON.stringify(RECONCILED))).toEqual([
      'Reconciled acme from 2026-01-31T04:00:00.000Z to 2026-01-31T05:00:00.000Z: gaps-remain (2 windows of the range are not closed yet)',
      '  calls found        3',
      '  webhooks missing   2, newly judged so',
      '  windows            0 open, 2 settling, 10 provisional, 0 final',
      '  requests           7',
    ]))

  it.each(['some other line', '{"other":1}'])('is not made of %s', (line) => expect(renderReconcile(line)).toEqual([line]))
})

describe('the result of a rebuild', () => {
  it.each([
    [true, 'the records are the same'],
    [false, 'THE RECORDS DIFFER'],
  ])('equal %s: %s', (equal, words) => {
    expect(renderRebuild(JSON.stringify({ liveDigest: 'aa', rebuiltDigest: equal ? 'aa' : 'bb', equal, observations: 1200, seconds: 0.34 }))).toEqual([
      `Folded 1200 observations again in 0.3 s: ${words}`,
      '  live digest      aa',
      `  rebuilt digest   ${equal ? 'aa' : 'bb'}`,
    ])
  })
})
