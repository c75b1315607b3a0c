import type { CertificateItem, CheckpointAnswer, InclusionAnswer } from '@rollcall/contracts/audit-api/evidence'
import { useEffect, useState } from 'preact/hooks'
import { type Asked, useAnswer } from '../api/use-answer.ts'
import { counted, countText } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { Figure } from '../parts/figure.tsx'
import { Mark } from '../parts/mark.tsx'
import { leadsToRoot } from './leads-to-root.ts'
import { saveText } from './save-text.ts'
import { signingKeys } from './signing-keys.ts'

/** The newest signed head of the log, and that the window's newest certificate is in it. */
export const CheckpointCard = ({ asked, newest }: { asked: Asked<CheckpointAnswer>; newest: CertificateItem | undefined }) => {
  if (asked.answer === undefined && asked.problem?.kind === 'not-found') return <Nothing>Nothing is signed yet: no keeper has signed a checkpoint of this log.</Nothing>
  return (
    <Condition asked={asked} what="the checkpoint">
      {(checkpoint) => (
        <div class="card">
          <dl class="counts">
            <Figure label="records in the log">{countText(checkpoint.size)}</Figure>
            <Figure label="signed">
              <At time={checkpoint.signedAt} />
            </Figure>
            <Figure label="by the key" tip="The name and the id that the verifier key begins with">
              {signingKeys(checkpoint.note).map(({ name, id }) => (
                <span key={id} class="mono key-name">
                  {name}+{id}
                </span>
              ))}
            </Figure>
            <Figure label="root of the log" tip={checkpoint.rootHash}>
              <span class="mono">{checkpoint.rootHash.slice(0, 10)}…</span>
            </Figure>
          </dl>
          {newest !== undefined && <Included certificate={newest} checkpoint={checkpoint} />}
          <p>
            <button type="button" onClick={() => saveText(`checkpoint-${checkpoint.size}.txt`, checkpoint.note)}>
              <span aria-hidden="true">↓</span> Save this checkpoint
            </button>{' '}
            <span class="quiet">Keep it: with a checkpoint of your own you will see later that nothing before it was changed.</span>
          </p>
        </div>
      )}
    </Condition>
  )
}

const Included = ({ certificate: { sequence, leaf }, checkpoint }: { certificate: CertificateItem; checkpoint: CheckpointAnswer }) => {
  const isIn = leaf !== null && leaf < checkpoint.size
  const asked = useAnswer('inclusion', { query: { leaf, size: checkpoint.size } }, { skip: !isIn })
  if (!isIn)
    return (
      <p>
        <Mark tone="quiet">not yet in it</Mark> Certificate no. {sequence} is younger than this checkpoint. The next one, a minute later, has it.
      </p>
    )
  return (
    <Condition asked={asked} what="the proof">
      {(inclusion) => <Proof inclusion={inclusion} sequence={sequence} root={checkpoint.rootHash} />}
    </Condition>
  )
}

const Proof = ({ inclusion, sequence, root }: { inclusion: InclusionAnswer; sequence: number; root: string }) => {
  const [leads, setLeads] = useState<boolean | null>(null)
  useEffect(() => {
    let gone = false
    setLeads(null)
    leadsToRoot(inclusion, root).then(
      (is) => gone || setLeads(is),
      // Without TLS a browser hashes nothing; then this page says nothing of it.
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [inclusion, root])
  return (
    <div class="proof" role="status">
      <p>
        {leads === null ? <Mark tone="quiet">not checked here</Mark> : leads ? <Mark tone="good">is in it</Mark> : <Mark tone="bad">is not in it</Mark>} Certificate no. {sequence}{' '}
        is record {inclusion.leaf} of the log;{' '}
        {leads === null
          ? 'this browser could not compute its proof.'
          : `${counted(inclusion.path.length, 'hash', 'hashes')} ${leads ? 'lead' : 'do not lead'} from it to the root above, computed in this page.`}
      </p>
      <details>
        <summary>The proof</summary>
        <pre>{JSON.stringify(inclusion, null, 1)}</pre>
      </details>
    </div>
  )
}
