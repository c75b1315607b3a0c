/** The product's own checks, as they are made in production, on one connection. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkConclusions } from '@rollcall/audit/keep/check-conclusions'
import { checkFold } from '@rollcall/audit/keep/check-fold'
import { istDayOf } from '@rollcall/domain/ist-day'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { NoEvidenceError } from '@rollcall/evidence/evidence-source'
import { installedEvidence } from '@rollcall/evidence/installed-evidence'
import { writeEvidencePack } from '@rollcall/evidence/pack/write-evidence-pack'
import { verifyPack } from '@rollcall/evidence/verify-pack'
import { checkDay } from '@rollcall/projector/check/check-day'
import type { AccountDay } from '@rollcall/store/check/read-closed-days'
import type { Connection } from '@rollcall/store/pool'
import { openKeptLog, type SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import type { TamperWorld } from './tamper-world.ts'
import { CHECKS, type CheckName } from './what-is-evidence.ts'

/** What the checks look at: the database as it is seen by a connection, and what the keeper left where. */
export interface Looked {
  readonly db: Connection
  readonly keeperDirectory: string
  /** The checkpoint that the auditor has. */
  readonly saved: SignedCheckpoint
  /** The account, and the moment within a day, that are looked at first, where known. */
  readonly first?: { readonly account: unknown; readonly at: Instant } | undefined
}

export type Asked = (name: CheckName, looked: Looked) => Promise<string | null>

const never = new AbortController().signal

/** @param lane whose own the pack's file is @returns what finds: the check's name and what it says, without anything that is different each time; null where it finds nothing */
export const productChecks = (world: TamperWorld, lane: number): Asked => {
  const { log, days } = world
  const dayDiffers = async (db: Connection, day: AccountDay): Promise<boolean> =>
    !(await checkDay({ log, sleep: async () => {}, signal: never, onProgress: () => {} }, db, day)).equal
  const packFails = async ({ db, keeperDirectory, saved }: Looked, account: string): Promise<string | null> => {
    const { from, to } = world.range
    const parts: Uint8Array[] = []
    try {
      const source = installedEvidence(db, log, openKeptLog(keeperDirectory))
      await writeEvidencePack(source, { account, from, to, savedSize: saved.size }, async (bytes) => void parts.push(bytes))
    } catch (error) {
      return error instanceof NoEvidenceError ? 'export refused' : 'export failed'
    }
    const path = join(world.keeperDirectory, '..', `pack-${lane}.zip`)
    await writeFile(path, Buffer.concat(parts))
    const { passes, claims } = await verifyPack(path, { keys: [world.verifierKey], saved: saved.note, account, from: canonicalTime(from), to: canonicalTime(to) })
    return passes ? null : (claims.find(({ holds, why }) => holds === false && why !== 'not looked at')?.claim ?? 'unknown')
  }
  return async (name, looked) => {
    switch (name) {
      case 'day':
        for (const day of inOrder(days, looked.first)) if (await dayDiffers(looked.db, day)) return 'day differs'
        return null
      case 'fold': {
        const [first] = (await checkFold({ log, pool: looked.db }, never)).differences
        return first === undefined ? null : `fold: ${first.what}`
      }
      case 'conclusions': {
        const [first] = await checkConclusions({ log, pool: looked.db, kept: openKeptLog(looked.keeperDirectory) }, never)
        return first === undefined ? null : `conclusions: ${first.what}`
      }
      case 'pack':
        for (const account of world.accounts.toSorted((a, b) => Number(b === looked.first?.account) - Number(a === looked.first?.account))) {
          const claim = await packFails(looked, account)
          if (claim !== null) return `pack: ${claim}`
        }
        return null
      default:
        return name satisfies never
    }
  }
}

const inOrder = (days: readonly AccountDay[], first: Looked['first']): readonly AccountDay[] => {
  const likeness = ({ account, day }: AccountDay): number => (first === undefined ? 0 : 2 * Number(account === first.account) + Number(day === istDayOf(first.at)))
  return days.toSorted((a, b) => likeness(b) - likeness(a))
}

/** The first check that finds something, asked in this order, and what it says; null where none does. */
export const firstToFind = async (ask: Asked, first: CheckName, looked: Looked): Promise<string | null> => {
  for (const name of [first, ...CHECKS.filter((other) => other !== first)]) {
    const found = await ask(name, looked)
    if (found !== null) return found
  }
  return null
}
