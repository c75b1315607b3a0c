/** No question keeps the database for longer than a statement may take, and whoever asked is told what to do. */
import { Problem } from '@rollcall/contracts/audit-api/problem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount } from './testing/seed.ts'

const NOW = Date.UTC(2026, 0, 31, 4)
const STATEMENT_MS_MAX = 300

let its: Installation
beforeAll(async () => {
  its = await createInstallation(NOW, { statementMsMax: STATEMENT_MS_MAX })
  await seedAccount(its, 'acme', NOW)
})
afterAll(() => its?.close())

describe('a question that Postgres cannot answer in time', () => {
  it('is answered 503 with what to do, holds nobody up, and is answered when it can be', async () => {
    const { token } = await its.token()
    const ask = (url: string) => its.ask(token, 'GET', url)
    const calls = '/v1/accounts/acme/calls?from=2026-01-30T00:00:00Z&to=2026-01-31T00:00:00Z'
    const db = await its.pool.connect()
    try {
      await db.query('BEGIN; LOCK TABLE projection.calls IN ACCESS EXCLUSIVE MODE')
      const asked = ask(calls)
      expect((await ask('/v1/session')).statusCode).toBe(200)
      const answer = await asked
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(Problem.parse(answer.json())).toMatchObject({ status: 503, title: 'The question took too long', detail: 'It took too long to find out. Ask for a shorter time.' })
    } finally {
      await db.query('ROLLBACK')
      db.release()
    }
    expect((await ask(calls)).statusCode).toBe(200)
  })
})
