import { describe, expect, it } from 'vitest'
import { readCallStatus } from './call-status.ts'

describe("Exotel's word for a status", () => {
  it.each([
    ['queued', 'queued'],
    ['ringing', 'ringing'],
    ['in-progress', 'in-progress'],
    ['In-Progress', 'in-progress'],
    ['in_progress', 'in-progress'],
    ['completed', 'completed'],
    ['COMPLETED', 'completed'],
    ['failed', 'failed'],
    ['busy', 'busy'],
    ['Busy', 'busy'],
    ['no-answer', 'no-answer'],
    ['No-Answer', 'no-answer'],
    ['no_answer', 'no-answer'],
    ['canceled', 'canceled'],
    ['cancelled', 'canceled'],
    ['Cancelled', 'canceled'],
    ['free', 'unknown'],
    ['complete', 'unknown'],
    ['', 'unknown'],
    ['__proto__', 'unknown'],
  ])('%j is %s', (text, status) => expect(readCallStatus(text)).toBe(status))
})
