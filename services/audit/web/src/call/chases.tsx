import type { ChaseItem } from '@rollcall/contracts/audit-api/call'
import { counted } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Mark } from '../parts/mark.tsx'

const WHY: Readonly<Record<ChaseItem['why'], string>> = { recording: 'its recording', open: 'its end' }

/** How the call was asked for by name, beside all scans. */
export const Chases = ({ chases }: { chases: readonly ChaseItem[] }) =>
  chases.length === 0 ? null : (
    <section aria-labelledby="chases">
      <h2 id="chases">Asked for by name</h2>
      <ul class="card plain-list">
        {chases.map(({ why, begunAt, asked, outcome, reason, endedAt, due }) => (
          <li key={`${why}${begunAt}`}>
            For {WHY[why]}, since <At time={begunAt} />: {counted(asked, 'time')}.{' '}
            {outcome === null ? (
              <>
                <Mark tone="news">under way</Mark> {due !== null && <span class="quiet">next at {<At time={due} show="clock" />}</span>}
              </>
            ) : (
              <>
                <Mark tone={outcome === 'found' ? 'good' : 'quiet'}>{outcome.replace('-', ' ')}</Mark>{' '}
                {endedAt !== null && (
                  <span class="quiet">
                    at <At time={endedAt} show="clock" />
                  </span>
                )}{' '}
                {reason}
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
