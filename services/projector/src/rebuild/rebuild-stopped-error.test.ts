import { expect, it } from 'vitest'
import { RebuildStoppedError } from './rebuild-stopped-error.ts'

it('says that what was rebuilt is removed only where it is, and otherwise how it goes', () => {
  expect(new RebuildStoppedError(true).message).toMatch(/is removed\./)
  expect(new RebuildStoppedError(false).message).toMatch(/could not be removed: .*DROP SCHEMA projection_rebuild CASCADE\./)
})
