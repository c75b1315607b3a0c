import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NoEvidenceError } from '@rollcall/evidence/evidence-source'
import { verifyPack } from '@rollcall/evidence/verify-pack'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { makeHonest, TAMPERS, type Tampered } from './tamper-kinds.ts'

export interface TamperTally {
  tried: number
  /** Of each claim, or `export` where our own exporter refused: how often it was the first to fail. */
  readonly caughtBy: Map<string, number>
  /** Seed and number of those that nothing caught. */
  readonly missed: string[]
}

/** Tampers `count` times, each kind in turn; the number and the seed say exactly how. The honest pack has to pass before. */
export const runTampers = async (count: number, seed: number): Promise<ReadonlyMap<string, TamperTally>> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-tamper-'))
  const path = join(directory, 'pack.zip')
  try {
    const honest = await makeHonest()
    await writeFile(path, honest.pack)
    const { passes, claims } = await verifyPack(path, honest.options)
    if (!passes) throw new Error(`the honest pack does not pass: ${JSON.stringify(claims)}`)
    const kinds = Object.entries(TAMPERS)
    const tallies = new Map(kinds.map(([kind]) => [kind, { tried: 0, caughtBy: new Map<string, number>(), missed: [] as string[] }]))
    for (let nth = 0; nth < count; nth += 1) {
      const [kind, tamper] = kinds[nth % kinds.length] as (typeof kinds)[number]
      const tally = tallies.get(kind) as TamperTally
      const catches = async (tampered: Tampered): Promise<string | null> => {
        await writeFile(path, tampered.pack)
        const verified = await verifyPack(path, tampered.options ?? honest.options)
        if (verified.passes) return null
        return verified.claims.find(({ holds, why }) => holds === false && why !== 'not looked at')?.claim ?? 'not looked at'
      }
      // A draw that changes nothing is drawn again.
      for (let draw = 0; ; draw += 1) {
        const tampered = await tamper(honest, createRandom(seed, nth, draw)).catch((error: unknown) => {
          if (error instanceof NoEvidenceError) return 'export' as const
          throw error
        })
        if (tampered === null) continue
        const caught = tampered === 'export' ? tampered : await catches(tampered)
        tally.tried += 1
        if (caught === null) tally.missed.push(`seed ${seed} number ${nth}`)
        else tally.caughtBy.set(caught, (tally.caughtBy.get(caught) ?? 0) + 1)
        break
      }
    }
    return tallies
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
