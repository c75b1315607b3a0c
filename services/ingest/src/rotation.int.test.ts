import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type IngestProcess, SECRET } from './testing/ingest-process.ts'
import { bodyOf, drained } from './testing/kill-in-the-middle.ts'
import { createStage, type Stage } from './testing/stage.ts'
import { until } from './testing/until.ts'

const NEXT = 'obviously-fake-next-0123456789-0123456789'
const SENDERS = 8

let stage: Stage
beforeEach(async () => {
  stage = await createStage()
})
afterEach(() => stage.close())

/** Sends with the secret in use, as fast as it is answered, until told to stop; gives how each was answered. */
const load = (ingest: IngestProcess, secretInUse: () => string) => {
  const answers = new Map<string, number>()
  const inFlight = new Map<string, string>()
  let sent = 0
  let stopped = false
  const send = async (): Promise<void> => {
    while (!stopped) {
      const callSid = `call-${sent++}`
      const secret = secretInUse()
      inFlight.set(callSid, secret)
      const answer = await fetch(`${ingest.public}/hooks/${stage.account}/${secret}/status-callback`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: bodyOf(callSid),
      })
      inFlight.delete(callSid)
      answers.set(callSid, answer.status)
    }
  }
  const senders = Array.from({ length: SENDERS }, send)
  return {
    answered: () => answers.size,
    isUsing: (secret: string) => [...inFlight.values()].includes(secret),
    stop: async (): Promise<ReadonlyMap<string, number>> => {
      stopped = true
      await Promise.all(senders)
      return answers
    },
  }
}

const isRefused = async (ingest: IngestProcess, secret: string): Promise<boolean> =>
  (await fetch(`${ingest.public}/hooks/${stage.account}/${secret}`, { method: 'HEAD', headers: { connection: 'close' } })).status === 404

describe.each([
  ['one process', 1],
  ['three workers', 3],
])('a secret that is rotated under load, with %s', (_what, workers) => {
  it.each([
    ['by a signal', (ingest: IngestProcess) => void ingest.child.kill('SIGHUP')],
    ['by the file alone', () => {}],
  ])('never refuses a webhook with a live one, and then refuses the old one: %s', async (_how, tell) => {
    const ingest = await stage.start({ INGEST_WORKERS: String(workers) })
    await until('all workers answer', async () => (await ingest.status()).workers === workers)
    let inUse = SECRET
    const running = load(ingest, () => inUse)
    /** Waits until every worker has read what the files say now, and the load has met it. */
    const inForce = async (): Promise<void> => {
      const changedAt = Date.now()
      tell(ingest)
      await until('every worker has read it', async () => (await ingest.status()).accountsFile.readAt > changedAt)
      const before = running.answered()
      await until('the load goes on', () => running.answered() > before + 5 * SENDERS)
    }

    await stage.putSecret('next', NEXT)
    await stage.putAccount(['secret', 'next'])
    await inForce()
    inUse = NEXT
    await until('nobody uses the old one', () => !running.isUsing(SECRET))
    await stage.putAccount(['next'])
    await inForce()

    expect(await isRefused(ingest, SECRET)).toBe(true)
    expect(await isRefused(ingest, NEXT)).toBe(false)
    const answers = await running.stop()
    expect([...answers].filter(([, status]) => status !== 200)).toEqual([])
    await drained(ingest)
    expect(new Set((await stage.observations()).map(({ callSid }) => callSid))).toEqual(new Set(answers.keys()))
    expect((await ingest.status()).accounts[stage.account]).toMatchObject({ received: answers.size, refused: { 'wrong-secret': 1 } })
    ingest.child.kill('SIGTERM')
    const { out, err } = await ingest.ended
    expect(out).toContain('accounts.changed')
    for (const secret of [SECRET, NEXT]) expect(out + err).not.toContain(secret)
  })
})

it('has every worker read the accounts file again at a signal, changed or not', async () => {
  const ingest = await stage.start({ INGEST_WORKERS: '2' })
  await until('both workers answer', async () => (await ingest.status()).workers === 2)
  const signalledAt = Date.now()
  ingest.child.kill('SIGHUP')
  // Without a signal, a file that has not changed is not read again.
  await until('both have read it', async () => {
    const { workers, accountsFile } = await ingest.status()
    return workers === 2 && accountsFile.readAt >= signalledAt
  })
})

it('an accounts file that cannot be used is told, and changes nothing', async () => {
  const ingest = await stage.start()
  await stage.putAccount(['nowhere'])
  ingest.child.kill('SIGHUP')
  await until('it is told', async () => (await ingest.status()).accountsFile.problem !== null)
  expect((await ingest.status()).accountsFile.problem).toContain('nowhere cannot be read (ENOENT)')
  expect((await fetch(ingest.hook, { method: 'POST', body: 'x' })).status).toBe(200)
  expect(await (await fetch(`${ingest.admin}/metrics`)).text()).toContain('rollcall_ingest_accounts_unusable{worker="0"} 1')
})

it('answers a Passthru as the account says, from the next read of the file on', async () => {
  const ingest = await stage.start()
  const passthru = async () => (await fetch(`${ingest.hook}/passthru?CallSid=call-1&CallFrom=09000000001`, { redirect: 'manual' })).status
  expect(await passthru()).toBe(200)
  await stage.putAccount(['secret'], { passthruAnswer: 302, allowedNetworks: ['127.0.0.0/8'] })
  ingest.child.kill('SIGHUP')
  await until('it is in force', async () => (await passthru()) === 302)
  await stage.putAccount(['secret'], { allowedNetworks: ['203.0.113.0/24'] })
  ingest.child.kill('SIGHUP')
  await until('it is in force', async () => (await passthru()) === 404)
  expect((await ingest.status()).accounts[stage.account]?.refused['wrong-network']).toBeGreaterThan(0)
})
