import type { WindowItem } from '@rollcall/contracts/audit-api/window'
import { useAnswer } from '../api/use-answer.ts'
import { counted } from '../measures/share.ts'
import { Condition, Nothing } from '../parts/condition.tsx'
import { DataLink } from '../parts/data-link.tsx'
import { CertificatesTable } from './certificates-table.tsx'
import { CheckYourself } from './check-yourself.tsx'
import { CheckpointCard } from './checkpoint-card.tsx'
import { signingKeys } from './signing-keys.ts'

/** What a window's state can be proven by: its certificates, the signed checkpoint that they are in, and how to check that elsewhere. */
export const WindowEvidence = ({ account, window: { from, to } }: { account: string; window: WindowItem }) => {
  const question = { params: { account }, query: { from, to } }
  const asked = useAnswer('certificates', question, { live: true })
  const checkpoint = useAnswer('checkpoint', {}, { live: true })
  const newest = asked.answer?.items.findLast(({ superseded }) => !superseded)
  return (
    <>
      <section aria-labelledby="certificates">
        <div class="head">
          <div>
            <h2 id="certificates">Certificates</h2>
            <p class="quiet">Each says what was held when the window became so. None is ever changed; a later one supersedes it, and all of them stay.</p>
          </div>
          <DataLink route="certificates" question={question} name={`${account}-certificates-${from}`} />
        </div>
        <Condition asked={asked} what="the certificates">
          {({ items, next }) =>
            items.length === 0 ? (
              <Nothing>Nothing is certified of it yet. A certificate is written when a whole reading of Exotel’s list is held exactly.</Nothing>
            ) : (
              <>
                <CertificatesTable certificates={items} />
                {next !== null && <p class="quiet">The first {counted(items.length, 'certificate')} are shown; the API gives the others.</p>}
              </>
            )
          }
        </Condition>
      </section>
      <section aria-labelledby="checkpoint">
        <h2 id="checkpoint">The signed log</h2>
        <p class="quiet">
          Certificates are records of one log. About once a minute its whole state is signed, in one fingerprint: a checkpoint. No record can be changed or taken out without
          another fingerprint.
        </p>
        <CheckpointCard asked={checkpoint} newest={newest} />
        <CheckYourself
          account={account}
          span={{ from, to }}
          open
          keys={checkpoint.answer === undefined ? [] : signingKeys(checkpoint.answer.note).map(({ name, id }) => `${name}+${id}`)}
        />
      </section>
    </>
  )
}
