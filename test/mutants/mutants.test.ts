/** `pnpm mutants` shows that each is seen, which takes minutes; that it can be planted at all is shown here. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { describe, expect, it } from 'vitest'
import { builtFile } from './built-file.ts'
import { applyMutant } from './mutant.ts'
import { MUTANTS, mutantsLike } from './mutants.ts'
import { DURABILITY_MUTANTS } from './planted/durability.ts'

const MUTANTS_MIN = 30
const read = (file: string): Promise<string> => readFile(join(PROJECT_ROOT, file), 'utf8')

describe('a mutant', () => {
  it('is one of many, and has a name of its own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(MUTANTS_MIN)
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
  })

  it('is chosen by its kind, a part of its name, or of its file', () => {
    expect(mutantsLike(['durability'])).toEqual(DURABILITY_MUTANTS)
    expect(mutantsLike(['without a sync']).map(({ name }) => name)).toEqual(['a group is acknowledged without a sync'])
    expect(mutantsLike(['segment-log/src/frame.ts']).map(({ name }) => name)).toEqual(['a damaged record is taken for a good one'])
    expect(mutantsLike(['no such kind'])).toEqual([])
  })

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))('can be planted, and names a test that is to see it: %s', async (_, mutant) => {
    expect(applyMutant(await read(mutant.file), mutant)).toContain(mutant.replace)
    if (mutant.inBuilt) expect(applyMutant(await read(builtFile(mutant.file)), mutant)).toContain(mutant.replace)
    expect(mutant.killedBy.length).toBeGreaterThan(0)
    for (const { file, test } of mutant.killedBy) expect(await read(file)).toContain(test ?? 'it')
  })

  it('is refused where its text is not there, is there twice, or stays', () => {
    const mutant = { name: 'x', file: 'f.ts', find: 'a', replace: 'b' }
    expect(applyMutant('an', mutant)).toBe('bn')
    expect(() => applyMutant('n', mutant)).toThrow('"x" does not apply: its text occurs 0 times in f.ts')
    expect(() => applyMutant('aaa', mutant)).toThrow('occurs 3 times')
    expect(() => applyMutant('a', { ...mutant, replace: 'a' })).toThrow('"x" changes nothing')
  })
})
