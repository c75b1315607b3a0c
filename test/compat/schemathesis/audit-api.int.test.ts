/**
 * The audit API as Schemathesis, which knows nothing of us but /openapi.json, finds it: whatever it sends, no answer is 5xx, and each is as the
 * document says. `pnpm prove:schemathesis` sends many more, `SCHEMATHESIS_SEED` others.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { METHODS } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInstallation, type Installation } from '@rollcall/audit/testing/installation'
import type { SampleData } from '@rollcall/audit/testing/sample-questions'
import { seedAccount, seedCall, seedJudgement, seedRun, seedWindow } from '@rollcall/audit/testing/seed'
import { seedCertificate, seedCheckpoint } from '@rollcall/audit/testing/seed-evidence'
import { AUDIT_ROUTES } from '@rollcall/contracts/audit-api/routes'
import { SCOPES } from '@rollcall/contracts/audit-api/session'
import { canonicalTime, DAY, HOUR, MINUTE } from '@rollcall/domain/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonHere } from '../../python.ts'
import { operationsConfig } from './operations-config.ts'
import { schemathesisHere } from './schemathesis-here.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const SEED = process.env.SCHEMATHESIS_SEED ?? '20261126'
/** Of each operation, beside those that it makes by the document alone; with as few as here it is a minute's work, on a busy machine too. */
const EXAMPLES = process.env.SCHEMATHESIS_EXAMPLES ?? '2'
const IS_LONG = process.env.SCHEMATHESIS_EXAMPLES !== undefined
const INSTALL_MS_MAX = 600_000
const RUN_MS_MAX = IS_LONG ? 7_200_000 : 600_000
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
] as const
/** The first has every case that the document gives; the others are about who asks and of what, and need those in a long run alone. */
const WHOLE = 'examples,coverage,fuzzing'
const PART = IS_LONG ? WHOLE : 'fuzzing'
/** What a Node does not know its parser refuses with 400 before we hear of it: QUERY, with some versions of 20. */
const UNDECLARED = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'QUERY'].filter((method) => METHODS.includes(method))
const COVERAGE = `[phases.coverage]\nunexpected-methods = ${JSON.stringify(UNDECLARED)}\n\n`

describe.skipIf(pythonHere === null)('Schemathesis finds no answer that is 5xx or not as the document says', () => {
  let its: Installation
  let url: string
  let data: SampleData
  let schemathesis: string
  let directory: string

  beforeAll(async () => {
    schemathesis = await schemathesisHere(pythonHere ?? '')
    directory = await mkdtemp(join(tmpdir(), 'rollcall-schemathesis-'))
    its = await createInstallation(FROM + 10 * HOUR)
    await seedAccount(its, 'acme', FROM - DAY)
    await seedWindow(its, 'acme', FROM, { state: 'final', listed: 1 })
    const values = { status: 'completed', createdAt: canonicalTime(FROM), from: '09876543210' }
    const [place] = await seedCall(its, 'acme', 'c1', [
      { receivedAt: FROM + MINUTE, event: 'status-callback/terminal', vendorTime: FROM + MINUTE, values },
      { surface: 'call-list', receivedAt: FROM + HOUR, vendorTime: FROM + MINUTE, values },
    ])
    await seedJudgement(its, 'acme', 'c1', 'missing', 'never-arrived', FROM + HOUR)
    await seedCertificate(its, 'acme', FROM)
    data = { account: 'acme', callSid: 'c1', windowFrom: FROM, place: place as SampleData['place'], run: await seedRun(its, 'acme', FROM + HOUR) }
    await seedCheckpoint(its)
    url = await its.server.listen({ host: '127.0.0.1', port: 0 })
  }, INSTALL_MS_MAX)
  afterAll(async () => {
    await its?.close()
    if (directory !== undefined) await rm(directory, { recursive: true, force: true })
  })

  const run = async (token: string, phases: string, config: string): Promise<{ readonly code: number | null; readonly said: string }> => {
    const configFile = join(directory, 'schemathesis.toml')
    await writeFile(configFile, COVERAGE + config)
    const args = ['--config-file', configFile, 'run', `${url}/openapi.json`, '--header', `Authorization: Bearer ${token}`, '--checks', CHECKS.join(','), '--seed', SEED]
    const bounds = [
      '--max-examples',
      EXAMPLES,
      '--phases',
      phases,
      '--generation-database',
      'none',
      '--no-shrink',
      '--continue-on-failure',
      '--generation-with-security-parameters',
      'false',
      '--no-color',
      '--warnings',
      'off',
    ]
    // What it should keep goes into a folder of its own.
    const child = spawn(schemathesis, [...args, ...bounds], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'], timeout: RUN_MS_MAX })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    return { code: await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject)), said }
  }

  it.each<[string, string, () => Promise<string>, (data: SampleData) => string]>([
    ['of what there is, with a token of all scopes', WHOLE, async () => (await its.token()).token, operationsConfig],
    ['of whatever comes to mind, with a token of all scopes', PART, async () => (await its.token(SCOPES, ['acme'])).token, () => ''],
    ['of what there is, with a token of one scope and no account', PART, async () => (await its.token(['audit:read'], [])).token, operationsConfig],
  ])(
    '%s',
    async (_, phases, issue, config) => {
      const { code, said } = await run(await issue(), phases, config(data))
      console.log(`Schemathesis, seed ${SEED}: ${/^.*generated.*$/m.exec(said)?.[0].trim() ?? 'no count'}`)
      expect(code, said.slice(-20_000)).toBe(0)
      expect(said).toMatch(new RegExp(`\\b${Object.keys(AUDIT_ROUTES).length} (selected|tested)`))
    },
    RUN_MS_MAX,
  )
})
