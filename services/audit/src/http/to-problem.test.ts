import { LogUnavailableError } from '@rollcall/event-log/event-log'
import { describe, expect, it } from 'vitest'
import { QuestionError } from '../question-error.ts'
import { toProblem } from './to-problem.ts'

const coded = (code: string, more: object = {}): Error => Object.assign(new Error('secret: the inside'), { code, ...more })

describe('what fails', () => {
  it.each<[string, unknown, number, string, boolean]>([
    ['as whoever asked is told', new QuestionError('not-found', 'There is none.'), 404, 'not-found', false],
    ['by the time that a statement may take', coded('57014'), 503, 'too-slow', false],
    ['while the log is away', new LogUnavailableError('secret: the inside'), 503, 'unavailable', false],
    ['while the database is away', coded('ECONNREFUSED'), 503, 'unavailable', false],
    ['by a body that is none', coded('FST_ERR_CTP_INVALID_JSON_BODY', { statusCode: 400 }), 400, 'bad-request', false],
    ['by a body that is too large', coded('FST_ERR_CTP_BODY_TOO_LARGE', { statusCode: 413 }), 413, 'too-large', false],
    ['by a request that the server finds bad, in a way that we do not know', coded('FST_ERR_OF_LATER', { statusCode: 400 }), 400, 'bad-request', false],
    ['by a statement that is wrong', coded('42601'), 500, 'internal', true],
    ['by an error of the server', coded('FST_ERR_OF_LATER', { statusCode: 500 }), 500, 'internal', true],
    ['by something that is no error', 'secret: the inside', 500, 'internal', true],
    ['by nothing', undefined, 500, 'internal', true],
  ])('%s', (_, error, status, kind, ours) => {
    const found = toProblem(error)
    expect(found).toMatchObject({ problem: { status, type: `urn:rollcall:problem:${kind}` }, ours })
    expect(JSON.stringify(found)).not.toContain('secret')
  })
})
