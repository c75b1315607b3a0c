import { createContext } from 'preact'
import type { ProblemError } from '../api/problem-error.ts'

/** Told when the service no longer knows who is asking. */
export const SignedOut = createContext<(problem: ProblemError) => void>(() => undefined)
