import { describe, expect, it } from 'vitest'
import { createLogger } from './create-logger.ts'

const logged = (write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> => {
  const lines: string[] = []
  write(createLogger({ service: 'ingest', level: 'info', destination: { write: (line) => void lines.push(line) } }))
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '')
}

describe('a log line', () => {
  it('is JSON with a level in words, a UTC time, the service and a stable event', () => {
    const line = logged((logger) => logger.info({ event: 'service.started', port: 8080 }, 'listening'))
    expect(line).toMatchObject({ level: 'info', service: 'ingest', event: 'service.started', port: 8080, msg: 'listening' })
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  it('stays one line whatever is in it', () => {
    expect(logged((logger) => logger.info({ event: 'x', account: 'a\r\nb\u001b[31m' }, 'forged\nline')).account).toBe('a\r\nb\u001b[31m')
  })

  it.each([
    ['a secret', { secret: 'canary' }],
    ['a token of an account', { account: { apiToken: 'canary' } }],
    ['a list of secrets', { account: { webhookSecrets: ['canary'] } }],
    ['a connection string two levels down', { a: { b: { DATABASE_URL: 'canary' } } }],
    ['the path of a webhook', { request: { url: 'canary' } }],
    ['a phone number', { phoneNumber: 'canary' }],
    ['the caller of a call', { call: { from: 'canary', to: 'canary' } }],
    ['the facts of an observation', { facts: { values: { from: 'canary' } } }],
  ])('never shows %s', (_what, fields) => {
    const line = logged((logger) => logger.info({ event: 'x', ...fields }, 'x'))
    expect(JSON.stringify(line)).not.toContain('canary')
    expect(JSON.stringify(line)).toContain('[redacted]')
  })

  it('shows the bounds of a window', () => {
    expect(logged((logger) => logger.info({ event: 'x', window: { from: 1, to: 2 } }, 'x')).window).toEqual({ from: 1, to: 2 })
  })
})
