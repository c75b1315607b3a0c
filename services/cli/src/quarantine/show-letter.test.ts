import type { DeadLetter } from '@rollcall/store/quarantine/read-dead-letter'
import { describe, expect, it } from 'vitest'
import { letterView } from './letter-view.ts'
import { renderLetter } from './render-letter.ts'
import { renderLetters } from './render-letters.ts'
import { renderReplay } from './render-replay.ts'
import { SHOWN_BYTES_MAX, showBytes } from './show-bytes.ts'

const AT = Date.UTC(2026, 0, 31, 4)
const HEADERS = {
  ce_specversion: '1.0',
  ce_id: '0193585f-5e5b-7000-8000-000000000001',
  ce_type: 'com.rollcall.observation.status-callback',
  ce_source: '/rollcall/ingest/host-1/0',
  ce_time: '2026-01-31T04:00:00.000Z',
  ce_account: 'acme',
  ce_surface: 'status-callback',
  ce_query: 'customer=09000000001',
  ce_sha256: 'ab',
  'content-type': 'application/json',
}
const letter = (payload: string, headers: Readonly<Record<string, string>> = HEADERS): DeadLetter => ({
  partition: 3,
  logOffset: 1042n,
  account: 'acme',
  surface: 'status-callback',
  reason: 'the body is not valid JSON',
  headers,
  payload: Buffer.from(payload, 'latin1'),
  receivedAt: AT,
})
const shown = (payload: string, reveal = false, headers = HEADERS as Readonly<Record<string, string>>) =>
  renderLetter(letterView(letter(payload, headers), reveal), letter(payload).payload).join('\n')

describe('a dead letter', () => {
  const broken = '{"CallSid":"call-1","From":"09000000001\x1b[2J\x9b31m'

  it('is shown with its reason and its structure, and with nobody’s data', () => {
    const text = shown(broken)
    expect(text).toContain('Dead letter 3:1042\n  received        2026-01-31T04:00:00Z\n  account         acme\n')
    expect(text).toContain('  read today      still not: the body is not valid JSON\n')
    expect(text).toContain('  ce_query        customer=00000000000\n')
    expect(text).toContain('{"CallSid":"xxxx-0","From":"00000000000\\u{1b}[0x')
    expect(text).not.toContain('09000000001')
  })

  it('is shown whole where that is asked for, and still nothing in it is obeyed', () => {
    const text = shown(broken, true)
    expect(text).toContain('"From":"09000000001\\u{1b}[2J\\u{9b}31m')
    expect(text).toContain('(not UTF-8; shown as Latin-1)')
    expect(text).toContain('customer=09000000001')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are looked for.
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f]/)
  })

  it('hides what a foreign record says in headers of its own, and shows no escape of theirs', () => {
    const text = shown('x', false, { customer: '09000000001', '\x1b[2J': 'x' })
    expect(text).toContain('  customer        00000000000\n  \\u{1b}[2J       x\n')
    expect(text).toContain('still not: not an observation: header ce_specversion is absent')
  })

  it.each([
    ['a call', '{"CallSid":"call-1","Status":"completed"}', 'it tells of call call-1; rollcall quarantine replay 3:1042 folds it'],
    ['no call', '{"SmsSid":"sms-1","Status":"sent"}', 'it tells of no call: the status of an SMS; rollcall quarantine replay 3:1042 lets it go'],
  ])('says when the readers of today find %s in it', (_what, payload, today) => expect(shown(payload)).toContain(today))

  it('names its parameters, what is read from them and what is needed where nothing can be, and none that may be a person’s number', () => {
    const text = shown(JSON.stringify({ Status: 'busy', Price: 'free', Surprise: 1, '09000000001': 1 }))
    expect(text).toContain('Parameters, and what is read from them:\n')
    for (const line of ['  Status          status\n', '  Price           is not a decimal\n', '  Surprise        –\n', '  00000000000     –\n']) expect(text).toContain(line)
    expect(text).not.toContain('9000000001')
  })

  it('is shown in JSON without its payload, unless that is asked for', () => {
    expect(letterView(letter(broken), false)).toMatchObject({
      id: '3:1042',
      bytes: broken.length,
      revealed: false,
      payloadBase64: null,
      headers: { ce_query: 'customer=00000000000' },
    })
    expect(letterView(letter(broken), true)).toMatchObject({ revealed: true, payloadBase64: Buffer.from(broken, 'latin1').toString('base64') })
  })

  it('is cut where it is long, and never larger than that on the screen', () => {
    const lines = showBytes(Buffer.alloc(SHOWN_BYTES_MAX + 10, 'x'), true)
    expect(lines).toEqual(['x'.repeat(SHOWN_BYTES_MAX), '(10 more bytes)'])
    expect(showBytes(Buffer.alloc(0), true)).toEqual(['(empty)'])
  })
})

describe('the list of dead letters', () => {
  const listed = { partition: 3, logOffset: 1042n, account: 'acme', surface: 'status-callback', reason: 'it is \x1b[31mred', bytes: 7, receivedAt: AT }
  it('is a table, and says when there are more', () =>
    expect(renderLetters({ letters: [listed, { ...listed, logOffset: 7n, account: null, surface: null }], count: 340 })).toEqual([
      'ID      RECEIVED              ACCOUNT  SURFACE          BYTES  REASON',
      '3:1042  2026-01-31T04:00:00Z  acme     status-callback  7      it is \\u{1b}[31mred',
      '3:7     2026-01-31T04:00:00Z  –        –                7      it is \\u{1b}[31mred',
      '2 of 340 shown; --limit shows more',
    ]))
  it('says so when there are none', () => expect(renderLetters({ letters: [], count: 0 })).toEqual(['No dead letters.']))
})

describe('the result of a replay', () => {
  it('says what became of the letters, and names those that remain', () => {
    const summary = { replayed: 1, noCall: 2, gone: 1, remaining: 2, remain: [{ id: '3:7', outcome: 'unreadable', reason: 'still \x1b[31m' }] }
    expect(renderReplay(JSON.stringify(summary))).toEqual([
      '1 letter was folded into call records',
      '2 letters tell of no call and left the quarantine',
      '1 letter was replayed by somebody else',
      '2 letters remain in quarantine:',
      '  3:7  still \\u{1b}[31m',
      '  …',
    ])
  })
  it('shows a line that is none as it is', () => expect(renderReplay('hello')).toEqual(['hello']))
})
