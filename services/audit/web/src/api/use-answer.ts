import type { AnswerOf } from '@rollcall/contracts/audit-api/routes'
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks'
import { Live } from '../parts/live.ts'
import { SignedOut } from '../session/signed-out.ts'
import { ask, keptAnswer } from './ask.ts'
import { type AskedRoute, addressOf, type Question } from './paths.ts'
import { ProblemError } from './problem-error.ts'

/** An answer, that it is awaited, or why there is none. While a later question fails, the answer before it stays, with the problem beside it. */
export interface Asked<Answer> {
  readonly answer: Answer | undefined
  readonly problem: ProblemError | undefined
  readonly again: () => void
}

/** How often something that goes on is asked for again. A tab that nobody sees asks nothing. */
export const LIVE_EVERY_MS = 5_000

/** Asks when shown, and again while it is `live` and not paused. `skip`: asks nothing. */
export const useAnswer = <Name extends AskedRoute>(route: Name, question: Question, { live = false, skip = false } = {}): Asked<AnswerOf<Name>> => {
  const { paused, heard } = useContext(Live)
  const signedOut = useContext(SignedOut)
  const address = addressOf(route, question)
  const [state, setState] = useState<{ address: string; answer: AnswerOf<Name> | undefined; problem: ProblemError | undefined }>({
    address,
    answer: keptAnswer(route, question),
    problem: undefined,
  })
  const asked = useRef(question)
  asked.current = question
  const [turn, setTurn] = useState(0)
  const again = useCallback(() => setTurn((before) => before + 1), [])

  // The address says the whole question, and `turn` asks it again.
  useEffect(() => {
    if (skip) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const once = async () => {
      try {
        const { answer, changed } = await ask(route, asked.current, stop.signal)
        if (stop.signal.aborted) return
        setState({ address, answer, problem: undefined })
        if (live) heard(changed)
      } catch (error) {
        if (stop.signal.aborted) return
        const problem = error instanceof ProblemError ? error : new ProblemError('internal', 'The page failed', String(error))
        if (problem.kind === 'unauthenticated' || problem.kind === 'token-expired') signedOut(problem)
        setState((before) => ({ address, answer: before.address === address ? (before.answer ?? keptAnswer(route, asked.current)) : keptAnswer(route, asked.current), problem }))
      }
      if (live && !paused) timer = setTimeout(whenSeen, LIVE_EVERY_MS)
    }
    const whenSeen = () => {
      if (document.visibilityState === 'visible') once().catch(() => undefined)
      else document.addEventListener('visibilitychange', whenSeen, { once: true, signal: stop.signal })
    }
    once().catch(() => undefined)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [address, skip, live, paused, turn])

  // What was answered to another question is not shown as the answer to this one.
  return { answer: state.address === address ? state.answer : keptAnswer(route, question), problem: state.address === address ? state.problem : undefined, again }
}
