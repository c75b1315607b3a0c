import { describe, expect, it } from 'vitest'
import { SwapUnknownError } from './swap-unknown-error.ts'
import { whatEnded } from './what-ended.ts'

const failure = new Error('canceling statement due to user request')
const unknown = new SwapUnknownError('7')

describe('a rebuild that did not come to its end', () => {
  it('was stopped, whatever failed by that', () =>
    expect(whatEnded(failure, { stopped: true, removed: true })).toMatchObject({
      name: 'RebuildStoppedError',
      exitCode: 3,
      cause: failure,
      message: expect.stringContaining('is removed'),
    }))
  it('says that what was rebuilt is still there, where it is', () =>
    expect(whatEnded(failure, { stopped: true, removed: false })).toMatchObject({ message: expect.stringContaining('DROP SCHEMA projection_rebuild CASCADE') }))
  it('failed, where nobody stopped it', () => expect(whatEnded(failure, { stopped: false, removed: true })).toBe(failure))
  it('never says that nothing was changed where that is not known', () => expect(whatEnded(unknown, { stopped: true, removed: true })).toBe(unknown))
})
