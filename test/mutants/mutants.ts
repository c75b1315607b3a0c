import type { Mutant } from './mutant.ts'
import { ASKING_MUTANTS } from './planted/asking.ts'
import { CALL_MUTANTS } from './planted/calls.ts'
import { DURABILITY_MUTANTS } from './planted/durability.ts'
import { JUDGING_MUTANTS } from './planted/judging.ts'
import { PLANNING_MUTANTS } from './planted/planning.ts'
import { RECONCILING_MUTANTS } from './planted/reconciling.ts'
import { WINDOW_MUTANTS } from './planted/windows.ts'

export const MUTANTS: readonly Mutant[] = [
  ...WINDOW_MUTANTS,
  ...CALL_MUTANTS,
  ...JUDGING_MUTANTS,
  ...PLANNING_MUTANTS,
  ...ASKING_MUTANTS,
  ...RECONCILING_MUTANTS,
  ...DURABILITY_MUTANTS,
]
