/** Every setting that can lose or forge what Rollcall keeps, each found by the code that services run at their start and `rollcall doctor` shows (docs/preflight.md). */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { judgeSkew } from '@rollcall/domain/clock-skew'
import { type ObservedTopic, topicProblems } from '@rollcall/event-log/kafka/topic-problems'
import { topicSettings } from '@rollcall/event-log/kafka/topic-settings'
import { inMemory, memorySpoolProblem } from '@rollcall/service/memory-file-system'
import { readAccounts } from '@rollcall/service/read-accounts'
import { sharedSecrets } from '@rollcall/service/shared-secrets'
import { roleProblems } from '@rollcall/store/check-role'
import { serverProblems, tellServerProblem } from '@rollcall/store/check-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const spec = { name: OBSERVATIONS_TOPIC, partitions: 12, cleanup: 'delete' } as const
const goodTopic: ObservedTopic = { partitions: 12, ...topicSettings(spec, 3) }
const topic = (changes: Partial<ObservedTopic> = {}, autoCreate = 'false') =>
  topicProblems(spec, { topic: { ...goodTopic, ...changes }, autoCreate }).map(({ setting, value, needed }) => `${setting} is ${value}; needed is ${needed}`)
const config = (changes: Record<string, string>) => topic({ config: { ...goodTopic.config, ...changes } })
const server = (changes: Record<string, string> = {}) => serverProblems({ fsync: 'on', fullPageWrites: 'on', synchronousCommit: 'on', ...changes }).map(tellServerProblem)
const role = (changes: object = {}) => roleProblems({ role: 'rollcall', superuser: false, bypassesRowSecurity: false, serverMajor: 18, ...changes })
const spoolOn = (type: number) => (inMemory(type) ? [memorySpoolProblem('/spool')] : [])
const clockApart = (ms: number) => (judgeSkew(ms) === 'ok' ? [] : [`clock ${judgeSkew(ms)}`])

const SECRET = 'obviously-fake-0123456789-0123456789'
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-preflight-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))
/** What is said of an accounts file whose first account has such a webhook secret; the second one's is another. */
const accounts = async (secret: string, mode = 0o400): Promise<readonly string[]> => {
  for (const [name, text] of Object.entries({ key: 'k', other: `${SECRET}-other`, secret })) await writeFile(join(directory, name), text, { mode: 0o400 })
  await chmod(join(directory, 'secret'), mode)
  const account = (sid: string, file: string) => ({ sid, cluster: 'mumbai', apiKeyFile: 'key', apiTokenFile: 'key', webhookSecretFiles: [file] })
  await writeFile(join(directory, 'accounts.json'), JSON.stringify({ accounts: [account('a', 'secret'), account('b', 'other')] }))
  return readAccounts(join(directory, 'accounts.json')).then(sharedSecrets, (error: Error) => [error.message])
}

describe('an installation that is as it should be', () => {
  it('is not complained of', async () => {
    expect([...topic(), ...server(), ...role(), ...spoolOn(0xef53), ...clockApart(4_000), ...(await accounts(SECRET))]).toEqual([])
  })
})

describe('an unsafe setting is found', () => {
  it.each<[string, () => readonly string[] | Promise<readonly string[]>, RegExp]>([
    ['one copy of the log', () => topic({ replicationFactor: 1, config: { ...goodTopic.config, 'flush.messages': '1' } }), /^replication\.factor is 1; needed is 3/],
    ['a write that one copy acknowledges', () => config({ 'min.insync.replicas': '1' }), /^min\.insync\.replicas is 1; needed is 2/],
    ['a log that forgets after seven days', () => config({ 'retention.ms': '604800000' }), /^retention\.ms is 604800000; needed is -1/],
    ['a log that forgets when it is large', () => config({ 'retention.bytes': '1073741824' }), /^retention\.bytes is 1073741824; needed is -1/],
    ['a log that keeps the last record of each key', () => config({ 'cleanup.policy': 'compact' }), /^cleanup\.policy is compact; needed is delete/],
    ['a leader that may lack what was acknowledged', () => config({ 'unclean.leader.election.enable': 'true' }), /^unclean\.leader\.election\.enable is true; needed is false/],
    ['a topic too narrow for our records', () => config({ 'max.message.bytes': '65536' }), /^max\.message\.bytes is 65536/],
    ['a log that refuses a host whose clock is ahead', () => config({ 'message.timestamp.after.max.ms': '3600000' }), /^message\.timestamp\.after\.max\.ms is 3600000/],
    ['topics that come into being by accident', () => topic({}, 'true'), /^auto\.create\.topics\.enable \(broker\) is true; needed is false/],
    ['another number of partitions', () => topic({ partitions: 6 }), /^partitions is 6; needed is 12/],
    [
      'one copy that is not flushed',
      () => topic({ replicationFactor: 1, config: { ...goodTopic.config, 'flush.messages': '9223372036854775807' } }),
      /flush\.messages is 9223372036854775807; needed is 1/,
    ],
    ['a database that does not wait for its disk', () => server({ fsync: 'off' }), /^fsync is off/],
    ['a database whose pages may be torn', () => server({ fullPageWrites: 'off' }), /^full_page_writes is off/],
    ['a database that acknowledges before it has written', () => server({ synchronousCommit: 'off' }), /^synchronous_commit is off/],
    ['a role that may do anything', () => role({ superuser: true }), /superuser/],
    ['a role that row security does not bind', () => role({ bypassesRowSecurity: true }), /BYPASSRLS/],
    ['an empty secret', () => accounts(''), /is empty; needed is the secret/],
    ['a short secret', () => accounts('hunter2'), /holds 7 characters that cannot be a webhook secret/],
    ['a secret that others can read', () => accounts(SECRET, 0o644), /has mode 0644, so others can read it/],
    ['one secret for two accounts', () => accounts(`${SECRET}-other`), /accounts a and b have a webhook secret in common/],
    ['a spool in memory', () => spoolOn(0x01021994), /is on a file system in memory; needed is a folder on a local disk/],
    ['a clock that is off', () => clockApart(-6_000), /clock warning/],
  ])('%s', async (_what, problems, told) => {
    const found = await problems()
    expect(found.join('\n')).toMatch(told)
    expect(found.join('\n')).not.toContain(SECRET)
  })
})
