import type { Mutant } from './mutant.ts'
import { ASKING_MUTANTS } from './planted/asking.ts'
import { AUDIT_MUTANTS } from './planted/audit.ts'
import { CALL_MUTANTS } from './planted/calls.ts'
import { CHECKING_MUTANTS } from './planted/checking.ts'
import { COUNTING_MUTANTS } from './planted/counting.ts'
import { DURABILITY_MUTANTS } from './planted/durability.ts'
import { FORWARDING_MUTANTS } from './planted/forwarding.ts'
import { JUDGING_MUTANTS } from './planted/judging.ts'
import { ORACLE_MUTANTS } from './planted/oracle.ts'
import { PLANNING_MUTANTS } from './planted/planning.ts'
import { REBUILD_MUTANTS } from './planted/rebuild.ts'
import { RECONCILING_MUTANTS } from './planted/reconciling.ts'
import { WINDOW_MUTANTS } from './planted/windows.ts'

/** By what they are wrong in. */
const KINDS: Readonly<Record<string, readonly Mutant[]>> = {
  windows: WINDOW_MUTANTS,
  calls: CALL_MUTANTS,
  judging: JUDGING_MUTANTS,
  counting: COUNTING_MUTANTS,
  planning: PLANNING_MUTANTS,
  asking: ASKING_MUTANTS,
  reconciling: RECONCILING_MUTANTS,
  durability: DURABILITY_MUTANTS,
  forwarding: FORWARDING_MUTANTS,
  rebuild: REBUILD_MUTANTS,
  checking: CHECKING_MUTANTS,
  audit: AUDIT_MUTANTS,
  oracle: ORACLE_MUTANTS,
}

export const MUTANTS: readonly Mutant[] = Object.values(KINDS).flat()

/** Those of a kind that is called so, and those that have one of these texts in their name or their file's. */
export const mutantsLike = (texts: readonly string[]): readonly Mutant[] =>
  Object.entries(KINDS).flatMap(([kind, mutants]) => mutants.filter(({ name, file }) => texts.some((text) => kind === text || name.includes(text) || file.includes(text))))
