import { useState } from 'preact/hooks'
import { ProblemError } from '../api/problem-error.ts'

/** Shown while nobody is signed in. The token goes to the service once and comes back as a cookie that no script can read; the page keeps nothing of it. */
export const SignIn = ({ problem, signIn }: { problem: ProblemError | null; signIn: (token: string) => Promise<void> }) => {
  const [failed, setFailed] = useState<ProblemError | null>(problem)
  const [busy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const token = String(new FormData(form).get('token') ?? '').trim()
    if (token === '') return
    setBusy(true)
    try {
      await signIn(token)
    } catch (error) {
      setFailed(error instanceof ProblemError ? error : new ProblemError('internal', 'The page failed', String(error)))
      setBusy(false)
    }
  }
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <p class="brand">
          <span class="brand-mark" aria-hidden="true" />
          Rollcall
        </p>
        <h1>Is every call there?</h1>
        <p>Sign in with a token for auditors, to see for each day whether it is complete, and why not where it is not.</p>
        {failed !== null && (
          <p class="notice warn" role="alert">
            <strong>{failed.message}.</strong> {failed.detail}
          </p>
        )}
        <label>
          Token
          <input name="token" type="password" autoComplete="off" spellcheck={false} required aria-describedby="token-help" />
        </label>
        <button type="submit" class="main" disabled={busy}>
          {busy ? 'Signing in …' : 'Sign in'}
        </button>
        <p class="quiet" id="token-help">
          Whoever runs Rollcall makes one with <code>rollcall token create</code>. It is exchanged for a cookie and not kept in this page.
        </p>
      </form>
    </main>
  )
}
