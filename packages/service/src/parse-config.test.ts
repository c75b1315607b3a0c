import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { commonConfig, oneEventLog, port } from './common-config.ts'
import { ConfigError } from './config-error.ts'
import { parseConfig } from './parse-config.ts'

const Config = oneEventLog(z.object({ ...commonConfig, INGEST_PORT: port(8080), SIGNING_KEY: z.string().min(3).optional().describe('a key') }))
const good = { KAFKA_BROKERS: 'a:9092, b:9092', DATABASE_URL: 'postgres://rollcall:hunter2@localhost/rollcall', ROLLCALL_ACCOUNTS_FILE: 'accounts.json' }

const problems = (env: Record<string, string | undefined>): readonly string[] => {
  try {
    parseConfig(Config, env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('the configuration', () => {
  it('is what the environment says, with defaults for the rest', () => {
    expect(parseConfig(Config, { ...good, ROLLCALL_ALLOW_UNSAFE_TOPICS: 'false', HOME: '/root' })).toEqual({
      ...good,
      KAFKA_BROKERS: ['a:9092', 'b:9092'],
      ROLLCALL_DATA_DIR: '.rollcall',
      ROLLCALL_ALLOW_UNSAFE_TOPICS: false,
      LOG_LEVEL: 'info',
      INGEST_PORT: 8080,
    })
  })

  it('counts a variable that is set to nothing as not set', () => {
    expect(parseConfig(Config, { ...good, INGEST_PORT: '', EMBEDDED_LOG_URL: '' }).INGEST_PORT).toBe(8080)
  })
})

describe('a problem', () => {
  it.each([
    ['a port that is no number', { INGEST_PORT: 'http' }, 'INGEST_PORT is "http"; needed is a TCP port, 0 to 65535. Set the environment variable INGEST_PORT.'],
    ['a port out of range', { INGEST_PORT: '70000' }, 'INGEST_PORT is "70000"; needed is a TCP port, 0 to 65535. Set the environment variable INGEST_PORT.'],
    ['a broker without a port', { KAFKA_BROKERS: 'kafka' }, 'KAFKA_BROKERS is "kafka"; needed is a comma-separated list of host:port. Set the environment variable KAFKA_BROKERS.'],
    [
      'a flag that is neither',
      { ROLLCALL_ALLOW_UNSAFE_TOPICS: 'maybe' },
      'ROLLCALL_ALLOW_UNSAFE_TOPICS is "maybe"; needed is true or false. Set the environment variable ROLLCALL_ALLOW_UNSAFE_TOPICS.',
    ],
    [
      'a missing file',
      { ROLLCALL_ACCOUNTS_FILE: undefined },
      'ROLLCALL_ACCOUNTS_FILE is not set; needed is the path of the accounts file. Set the environment variable ROLLCALL_ACCOUNTS_FILE.',
    ],
    ['a bad key', { SIGNING_KEY: 'ab' }, 'SIGNING_KEY is [redacted]; needed is a key. Set the environment variable SIGNING_KEY.'],
  ])('is one line that names the setting, its value, what is needed and how to change it: %s', (_what, change, line) => {
    expect(problems({ ...good, ...change })).toEqual([line])
  })

  it.each(['mysql://rollcall:hunter2@localhost/x', 'mysql://rollcall:hunter2@x@localhost/x', 'mysql://rollcall:hunter2/x@localhost/x'])('never shows the password in %s', (url) => {
    expect(problems({ ...good, DATABASE_URL: url })).toEqual([expect.not.stringContaining('hunter2')])
  })

  it('does not hide the others', () => {
    expect(problems({ ...good, INGEST_PORT: '-1', LOG_LEVEL: 'loud' })).toHaveLength(2)
  })

  it.each([
    ['neither', { KAFKA_BROKERS: undefined }],
    ['both', { EMBEDDED_LOG_URL: 'http://127.0.0.1:1' }],
  ])('is %s of the two event logs configured', (state, change) => {
    expect(problems({ ...good, ...change })).toEqual([expect.stringContaining(`${state} `)])
  })
})
