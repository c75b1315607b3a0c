import type { Level } from '../measures/level.ts'
import type { Verdict } from '../measures/sentence.ts'

/** The answer that an auditor came for, in the first sentence. */
export const VerdictLine = ({ verdict: { answer, because, further }, level }: { verdict: Verdict; level: Level }) => (
  <p class={`verdict tone-${level}`}>
    <strong>{answer}</strong>
    {because}
    {further !== '' && <span class="further"> {further}</span>}
  </p>
)
