import { describe, expect, it } from 'vitest'
import { findSettings } from './find-settings.ts'

const running = { pid: 1, settings: { DATABASE_URL: 'postgres://started', EMBEDDED_LOG_URL: 'http://127.0.0.1:1' } }

describe('which installation a command is about', () => {
  it('is the one that the environment describes', () => {
    const env = { DATABASE_URL: 'postgres://mine' }
    expect(findSettings(env, running)).toEqual({ settings: env, source: 'the environment' })
  })

  it('is the running npm start where the environment describes none', () =>
    expect(findSettings({ LOG_LEVEL: 'debug' }, running)).toEqual({ settings: { LOG_LEVEL: 'debug', ...running.settings }, source: 'the running npm start' }))

  it('is never a mixture of both', () => expect(findSettings({ KAFKA_BROKERS: 'kafka:9092' }, running)?.settings).not.toHaveProperty('DATABASE_URL'))

  it('is none where nothing is configured and nothing runs', () => expect(findSettings({ DATABASE_URL: '' }, null)).toBeNull())
})
