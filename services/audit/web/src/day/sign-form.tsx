import { useState } from 'preact/hooks'
import { act } from '../api/ask.ts'
import { ProblemError } from '../api/problem-error.ts'

const NOTE_CHARACTERS_MAX = 2_000

/**
 * Signs the day off as it is shown: with its digest, so that what was certified meanwhile is not signed unseen.
 * @param again shows the day as it is now
 */
export const SignForm = ({ account, day, digest, done, again }: { account: string; day: string; digest: string; done: () => void; again: () => void }) => {
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const note = String(new FormData(form).get('note') ?? '').trim()
    setBusy(true)
    setProblem(null)
    try {
      await act('signDay', { params: { account, day } }, { digest, ...(note === '' ? {} : { note }) })
      form.reset()
      done()
    } catch (error) {
      setProblem(error instanceof ProblemError ? error : new ProblemError('internal', 'The page failed', String(error)))
      again()
    }
    setBusy(false)
  }
  return (
    <form class="card act" onSubmit={submit} aria-labelledby="sign">
      <h3 id="sign">Sign this day off</h3>
      <label class="field">
        Note (may be left out)
        <textarea name="note" rows={2} maxLength={NOTE_CHARACTERS_MAX} />
      </label>
      <p class="quiet">
        That you have reviewed it is appended to the audit topic under your name, with what it is now, and nobody can change or delete it. Write nothing personal.
      </p>
      {problem !== null && (
        <p class="notice warn" role="alert">
          <strong>{problem.message}.</strong> {problem.detail}
        </p>
      )}
      <p>
        <button type="submit" class="main" disabled={busy}>
          {busy ? 'Recording …' : 'Sign it off'}
        </button>
      </p>
    </form>
  )
}
