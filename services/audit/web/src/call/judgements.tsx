import type { JudgementItem } from '@rollcall/contracts/audit-api/call'
import { MISS_WORDS } from '../measures/miss-words.ts'
import { At } from '../parts/at.tsx'
import { Mark } from '../parts/mark.tsx'
import { Scroller } from '../parts/scroller.tsx'

const TONES = { arrived: 'good', pending: 'quiet', missing: 'poor', 'not-expected': 'quiet' } as const

/** What became of each webhook that the call should have had. What no longer holds is struck out. */
export const Judgements = ({ judgements }: { judgements: readonly JudgementItem[] }) =>
  judgements.length === 0 ? null : (
    <section aria-labelledby="judgements">
      <h2 id="judgements">Its webhooks</h2>
      <Scroller label="Its webhooks">
        <table>
          <thead>
            <tr>
              <th scope="col">Expected</th>
              <th scope="col">Outcome</th>
              <th scope="col">Arrived (IST)</th>
              <th scope="col">Judged (IST)</th>
              <th scope="col">By the rule</th>
            </tr>
          </thead>
          <tbody>
            {judgements.map((judgement) => (
              <tr key={`${judgement.expectation}${judgement.judgedAt}`} class={judgement.replacedAt === null ? '' : 'was'}>
                <th scope="row">{judgement.expectation}</th>
                <td>
                  <Mark tone={TONES[judgement.outcome]}>{judgement.outcome.replace('-', ' ')}</Mark>
                  {judgement.reason !== null && judgement.outcome !== 'not-expected' && <span> {MISS_WORDS[judgement.reason]}</span>}
                  {judgement.replacedAt !== null && (
                    <span class="quiet">
                      {' '}
                      until <At time={judgement.replacedAt} bare />
                    </span>
                  )}
                </td>
                <td>{judgement.arrivedAt === null ? '–' : <At time={judgement.arrivedAt} bare />}</td>
                <td>
                  <At time={judgement.judgedAt} bare />
                </td>
                <td>{judgement.rule}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
