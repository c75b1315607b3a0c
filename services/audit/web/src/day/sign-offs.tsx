import type { SignOffItem, SignOffsAnswer } from '@rollcall/contracts/audit-api/sign-off'
import { useContext, useState } from 'preact/hooks'
import { useAnswer } from '../api/use-answer.ts'
import { countText } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { Mark } from '../parts/mark.tsx'
import { Session } from '../session/session.ts'
import { SignForm } from './sign-form.tsx'

/**
 * Who reviewed a day that is over and signed it off, whether it is still as they signed it, and, for who may, the form to sign it.
 * @param lookAgain shows the day itself as it is now
 */
export const SignOffs = ({ account, day, live, lookAgain }: { account: string; day: string; live: boolean; lookAgain: () => void }) => {
  const asked = useAnswer('signOffs', { params: { account, day } }, { live })
  return (
    <section aria-labelledby="sign-offs">
      <h2 id="sign-offs">Sign-offs</h2>
      <Condition asked={asked} what="its sign-offs">
        {(answer) => (
          <Shown
            answer={answer}
            again={() => {
              asked.again()
              lookAgain()
            }}
          />
        )}
      </Condition>
    </section>
  )
}

const Shown = ({ answer: { account, day, digest, signOffs }, again }: { answer: SignOffsAnswer; again: () => void }) => {
  const session = useContext(Session)
  const [said, setSaid] = useState('')
  return (
    <>
      {signOffs.length === 0 ? (
        <Nothing>Nobody has signed this day off.</Nothing>
      ) : (
        <ol class="steps card">
          {signOffs.map((signOff) => (
            <SignedOff key={signOff.position.offset} signOff={signOff} />
          ))}
        </ol>
      )}
      <p class="unseen" role="status">
        {said}
      </p>
      {session?.scopes.includes('days:sign') && (
        <SignForm
          account={account}
          day={day}
          digest={digest}
          done={() => {
            setSaid('The day was signed off.')
            again()
          }}
          again={again}
        />
      )}
    </>
  )
}

const SignedOff = ({ signOff: { at, by, note, position, signed, unchanged } }: { signOff: SignOffItem }) => (
  <li>
    <div class="step-when">
      <At time={at} />
    </div>
    <div>
      Signed off by <b>{by}</b>,{' '}
      {unchanged ? (
        <Mark tone="good" tip="The newest certificate of each of its windows is the one that was signed">
          still as it was signed
        </Mark>
      ) : (
        <Mark tone="poor" tip="A window of it was certified anew since">
          changed since
        </Mark>
      )}{' '}
      <span class="quiet">
        {countText(signed.exact)} of {countText(signed.listed)} listed calls held, {countText(signed.final)} windows final
        {signed.amended > 0 && `, ${countText(signed.amended)} amended`}; leaf {position.offset} of the audit topic
      </span>
      {note !== null && <blockquote>{note}</blockquote>}
    </div>
  </li>
)
