import { useState } from 'preact/hooks'
import { fromIstField, istClock, istDate, toIstField, utcText } from '../time/ist.ts'

/** Asks for what was known at some moment in the past instead of what is known now. */
export const AsKnownAt = ({ asOf, choose }: { asOf: string | null; choose: (asOf: string | null) => void }) => {
  const [wrong, setWrong] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const at = fromIstField(String(new FormData(event.currentTarget as HTMLFormElement).get('as-of') ?? ''))
    setWrong(at === null)
    if (at !== null) choose(at)
  }
  return (
    <form class={`as-of ${asOf === null ? '' : 'is-past'}`} onSubmit={submit} aria-label="As known at">
      <label>
        As known at
        <input
          key={asOf ?? 'now'}
          type="datetime-local"
          step="1"
          name="as-of"
          required
          defaultValue={asOf === null ? '' : toIstField(asOf)}
          aria-describedby="as-of-zone"
          {...(wrong ? { 'aria-invalid': 'true' as const } : {})}
        />
      </label>
      <span id="as-of-zone" class="quiet">
        IST
      </span>
      <button type="submit">Show</button>
      {asOf !== null && (
        <>
          <button type="button" onClick={() => choose(null)}>
            Back to now
          </button>
          <p class="as-of-said" role="status">
            As it was known on <b data-tip={utcText(asOf)}>{`${istDate(asOf)}, ${istClock(asOf)} IST`}</b>: what came later is left out.
          </p>
        </>
      )}
    </form>
  )
}
