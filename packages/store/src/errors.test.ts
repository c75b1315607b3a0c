import { describe, expect, it } from 'vitest'
import { isConflict, isContentRefused, isRetryable, StoreUnavailableError, UnstorableValueError } from './errors.ts'

const withCode = (code: string) => Object.assign(new Error('refused'), { code })

describe('trying again', () => {
  it.each([
    ['serialization_failure', withCode('40001')],
    ['deadlock_detected', withCode('40P01')],
    ['admin_shutdown', withCode('57P01')],
    ['query_canceled', withCode('57014')],
    ['idle_in_transaction_session_timeout', withCode('25P03')],
    ['connection_failure', withCode('08006')],
    ['a refused connection', withCode('ECONNREFUSED')],
    ['no connection', new StoreUnavailableError('none')],
    ['a statement that nobody answered', new Error('Query read timeout')],
    ['a server that does not greet', new Error('timeout expired')],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
  ])('helps after %s', (_what, error) => {
    expect(isRetryable(error)).toBe(true)
  })

  it.each([
    ['a value that a column cannot hold', withCode('22021')],
    ['a constraint', withCode('23505')],
    ['a table that is not there', withCode('42P01')],
    ['a mistake of ours', new TypeError('undefined is not a function')],
    ['nothing', null],
  ])('does not help after %s', (_what, error) => {
    expect(isRetryable(error)).toBe(false)
  })
})

describe('another transaction was in the way', () => {
  it.each([
    ['serialization_failure', withCode('40001'), true],
    ['deadlock_detected', withCode('40P01'), true],
    ['a connection that was lost, by which nobody knows what was done', withCode('08006'), false],
    ['a constraint', withCode('23505'), false],
    ['nothing', null, false],
  ])('of %s', (_what, error, expected) => {
    expect(isConflict(error)).toBe(expected)
  })
})

describe('what a row says is the cause', () => {
  it.each([withCode('22021'), withCode('22008'), withCode('22P02'), withCode('22P05'), withCode('54000'), new UnstorableValueError('no time')])('of $code', (error) => {
    expect(isContentRefused(error)).toBe(true)
  })

  it.each([
    ['an array that we laid out wrongly: every record would become a dead letter', withCode('22P03')],
    ['a full disk', withCode('53100')],
    ['a socket', withCode('ECONNRESET')],
    ['no code', new Error('22021')],
  ])('and not of %s', (_what, error) => {
    expect(isContentRefused(error)).toBe(false)
  })
})
