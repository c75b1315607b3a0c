import type { AnswerOf } from '@rollcall/contracts/audit-api/routes'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { act } from '../api/ask.ts'
import type { Question } from '../api/paths.ts'
import { ProblemError } from '../api/problem-error.ts'

const REASON_CHARACTERS_MAX = 2_000

/** Asks for personal data in clear. Somebody has to say why; that they did is recorded before anything is answered. What is answered is kept nowhere. */
export function Reveal<Name extends 'revealCall' | 'revealRaw'>({
  route,
  question,
  revealed,
  shown,
}: {
  route: Name
  question: Question
  revealed: boolean
  shown: (answer: AnswerOf<Name> | null) => void
}) {
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  // Once, when it is asked: what is live is drawn anew while somebody writes. Before it is painted: a key pressed at once belongs to the field.
  useLayoutEffect(() => field.current?.focus(), [asking])
  if (revealed)
    return (
      <button type="button" onClick={() => shown(null)}>
        Mask again
      </button>
    )
  if (!asking)
    return (
      <button type="button" onClick={() => setAsking(true)}>
        Reveal …
      </button>
    )
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget as HTMLFormElement).get('reason') ?? '').trim()
    try {
      shown(await act(route, question, { reason }))
      setAsking(false)
    } catch (error) {
      setProblem(error instanceof ProblemError ? error : new ProblemError('internal', 'The page failed', String(error)))
    }
  }
  return (
    <form class="reveal" onSubmit={submit}>
      <label for={id}>Why do you need to see it? This is recorded with your name.</label>
      <input id={id} name="reason" required maxLength={REASON_CHARACTERS_MAX} autoComplete="off" ref={field} />
      <button type="submit" class="main">
        Record and reveal
      </button>
      <button type="button" onClick={() => setAsking(false)}>
        Cancel
      </button>
      {problem !== null && (
        <p role="alert">
          {problem.message}. {problem.detail}
        </p>
      )}
    </form>
  )
}
