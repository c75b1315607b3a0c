import type { RawAnswer } from '@rollcall/contracts/audit-api/call'
import type { Position } from '@rollcall/contracts/audit-api/words'
import { useContext, useState } from 'preact/hooks'
import { useAnswer } from '../api/use-answer.ts'
import { countText } from '../measures/share.ts'
import { Condition } from '../parts/condition.tsx'
import { Mark } from '../parts/mark.tsx'
import { Session } from '../session/session.ts'
import { Reveal } from './reveal.tsx'

/** What was received, on demand: masked, with its structure; byte for byte after a reveal. */
export const Raw = ({ account, callSid, position, place }: { account: string; callSid: string; position: Position; place: string }) => {
  const [open, setOpen] = useState(false)
  return (
    <details class="raw" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        What was received <span class="quiet mono">{place}</span>
      </summary>
      {open && <Received account={account} callSid={callSid} position={position} />}
    </details>
  )
}

const Received = ({ account, callSid, position }: { account: string; callSid: string; position: Position }) => {
  const question = { params: { account, callSid, partition: String(position.partition), offset: position.offset } }
  const [revealed, setRevealed] = useState<RawAnswer | null>(null)
  const session = useContext(Session)
  const asked = useAnswer('raw', question)
  return (
    <Condition asked={asked} what="what was received">
      {(answer) => {
        const { method, query, contentType, bytes, payloadSha256, hashMatches, text } = revealed ?? answer
        return (
          <div class="received">
            <p class="quiet">
              {method ?? 'API row'} · {contentType ?? 'no content type'} · {countText(bytes)} bytes · SHA-256 <span class="mono">{payloadSha256.slice(0, 16)}…</span>{' '}
              {hashMatches ? <Mark tone="good">matches its bytes</Mark> : <Mark tone="bad">does not match its bytes</Mark>}
            </p>
            {query !== null && <pre>?{query}</pre>}
            {text !== null ? text !== '' && <pre>{text}</pre> : <p class="quiet">It is not text.</p>}
            {session?.scopes.includes('pii:read') && <Reveal route="revealRaw" question={question} revealed={revealed !== null} shown={setRevealed} />}
          </div>
        )
      }}
    </Condition>
  )
}
