import type { ExceptionAction, ExceptionItem } from '@rollcall/contracts/audit-api/exception'
import { useState } from 'preact/hooks'
import { act } from '../api/ask.ts'
import { ProblemError } from '../api/problem-error.ts'
import { RESOLUTION_WORDS } from './words.ts'

const NOTE_CHARACTERS_MAX = 2_000
const NAME_CHARACTERS_MAX = 128

const ACTIONS: Readonly<Record<ExceptionAction['action'], readonly [name: string, verb: string, said: string]>> = {
  annotate: ['Note', 'Add the note', 'The note was added.'],
  assign: ['Assign', 'Assign it', 'It was assigned.'],
  close: ['Close', 'Close it', 'It was closed.'],
}

/** Assign, annotate or close. Whatever is done is appended to the audit topic and never changed. */
export const ActionForm = ({ account, exception, done }: { account: string; exception: ExceptionItem; done: (words: string) => void }) => {
  const [action, setAction] = useState<ExceptionAction['action']>('annotate')
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    setBusy(true)
    setProblem(null)
    try {
      await act('actOnException', { params: { account, id: exception.id } }, actionOf(action, new FormData(form)))
      form.reset()
      done(ACTIONS[action][2])
    } catch (error) {
      setProblem(error instanceof ProblemError ? error : new ProblemError('internal', 'The page failed', String(error)))
    }
    setBusy(false)
  }
  return (
    <form class="card act" onSubmit={submit} aria-labelledby="act">
      <h2 id="act">Do something about it</h2>
      <fieldset>
        <legend class="unseen">What</legend>
        {(Object.entries(ACTIONS) as [ExceptionAction['action'], readonly string[]][]).map(([value, [name]]) => (
          <label key={value} class="choice">
            <input type="radio" name="action" value={value} checked={action === value} onChange={() => setAction(value)} />
            {value === 'assign' && exception.state === 'closed' ? 'Open again, and assign' : name}
          </label>
        ))}
      </fieldset>
      {action === 'assign' && (
        <label class="field">
          To whom
          <input name="assignee" required maxLength={NAME_CHARACTERS_MAX} autoComplete="off" />
        </label>
      )}
      {action === 'close' && (
        <label class="field">
          Because it
          <select name="resolution" required>
            {Object.entries(RESOLUTION_WORDS).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="field">
        {action === 'assign' ? 'Note (may be left out)' : 'Note'}
        <textarea name="note" rows={3} required={action !== 'assign'} maxLength={NOTE_CHARACTERS_MAX} />
      </label>
      <p class="quiet">It is appended to the audit topic under your name, and nobody can change or delete it. Write nothing personal.</p>
      {problem !== null && (
        <p class="notice warn" role="alert">
          <strong>{problem.message}.</strong> {problem.detail}
        </p>
      )}
      <p>
        <button type="submit" class="main" disabled={busy}>
          {busy ? 'Recording …' : ACTIONS[action][1]}
        </button>
      </p>
    </form>
  )
}

/** What the form says, as the contract has it. */
const actionOf = (action: ExceptionAction['action'], given: FormData): ExceptionAction => {
  const text = (name: string) => String(given.get(name) ?? '').trim()
  const note = text('note')
  switch (action) {
    case 'assign':
      return { action, assignee: text('assignee'), ...(note === '' ? {} : { note }) }
    case 'annotate':
      return { action, note }
    case 'close':
      return { action, resolution: text('resolution') as Extract<ExceptionAction, { action: 'close' }>['resolution'], note }
    default:
      return action satisfies never
  }
}
