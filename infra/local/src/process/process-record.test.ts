import { describe, expect, it } from 'vitest'
import { judgeRecord, type Observed, type ProcessRecord } from './process-record.ts'

const record: ProcessRecord = { pid: 4711, marker: '/data/kafka/node-1/server.properties', owner: { pid: 4700, startedAt: '1000' } }
const commandLine = 'java -cp lib/* kafka.Kafka /data/kafka/node-1/server.properties'

describe('a server left from an earlier start', () => {
  const cases: [string, Observed, ReturnType<typeof judgeRecord>][] = [
    ['is an orphan when whoever started it is dead', { commandLine, ownerStartedAt: null }, 'orphan'],
    ['is an orphan when the number of its owner was given to another process', { commandLine, ownerStartedAt: '2000' }, 'orphan'],
    ['is in use while whoever started it lives', { commandLine, ownerStartedAt: '1000' }, 'owned'],
    ['is gone when its process is', { commandLine: null, ownerStartedAt: null }, 'gone'],
    ['is gone when its number was given to another process', { commandLine: 'vim notes.txt', ownerStartedAt: null }, 'gone'],
    ['is gone when its number was given to a server of another folder', { commandLine: 'java kafka.Kafka /else/node-1/server.properties', ownerStartedAt: null }, 'gone'],
  ]
  it.each(cases)('%s', (_, observed, judged) => expect(judgeRecord(record, observed)).toBe(judged))
})
