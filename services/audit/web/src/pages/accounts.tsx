import type { AccountItem } from '@rollcall/contracts/audit-api/account'
import { useAnswer } from '../api/use-answer.ts'
import { completenessLevel, delaysLevel, yieldLevel } from '../measures/level.ts'
import { completenessVerdict, delaysSentence, yieldSentence } from '../measures/sentence.ts'
import { counted, countText, shareText } from '../measures/share.ts'
import { At } from '../parts/at.tsx'
import { Condition, Nothing } from '../parts/condition.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { useTitle } from '../parts/title.ts'
import { linkTo } from '../route/route.ts'
import { agoText } from '../time/duration.ts'
import { dayTextLong } from '../time/ist.ts'

/** The first page: every account that the token sees, with the three measures of today, apart. */
export const Accounts = () => {
  useTitle('Accounts')
  const asked = useAnswer('accounts', {}, { live: true })
  return (
    <>
      <h1>Accounts</h1>
      <Condition asked={asked} what="the accounts">
        {({ accounts }) =>
          accounts.length === 0 ? (
            <Nothing>Your token sees no account, or none is configured.</Nothing>
          ) : (
            <div class="accounts">
              {accounts.map((account) => (
                <AccountCard key={account.account} item={account} now={Date.now()} />
              ))}
            </div>
          )
        }
      </Condition>
    </>
  )
}

const AccountCard = ({ item, now }: { item: AccountItem; now: number }) => {
  const { account, today, watermark, lastRun, exceptionsOpen, webhooksSilentSince } = item
  const { completeness, timeliness, webhooks } = today
  const verdict = completenessVerdict(completeness, 'today')
  return (
    <article class="card account" aria-labelledby={`account-${account}`}>
      <header class="account-head">
        <h2 id={`account-${account}`}>
          <a href={linkTo({ page: 'year', account, measure: 'completeness', until: null })}>{account}</a>
        </h2>
        <p class="quiet">
          Today, <a href={linkTo({ page: 'day', account, day: today.day, measure: 'completeness', asOf: null })}>{dayTextLong(today.day)}</a>
        </p>
      </header>
      {webhooksSilentSince !== null && (
        <p class="notice warn">
          <strong>No webhook comes</strong> since <At time={webhooksSilentSince} />, though calls should have told of themselves.
        </p>
      )}
      <div class="measures">
        <section class={`measure tone-${completenessLevel(completeness)}`} aria-label="Completeness">
          <h3>Completeness</h3>
          <p class="measure-figure">
            {shareText(completeness.closed.exact, completeness.closed.listed) ?? '–'} <span>of calls in closed windows</span>
          </p>
          <p>
            <strong>{verdict.answer}</strong>
            {verdict.because} {verdict.further}
          </p>
        </section>
        <section class={`measure tone-${delaysLevel(timeliness.ended)}`} aria-label="Timeliness">
          <h3>Timeliness</h3>
          <p class="measure-figure">
            {shareText(timeliness.ended.withinObjective, timeliness.ended.facts) ?? '–'} <span>of ends in time</span>
          </p>
          <p>{delaysSentence(timeliness.ended, 'ends of calls', timeliness.objectives.ended)}</p>
          <p>{delaysSentence(timeliness.recorded, 'recordings', timeliness.objectives.recorded)}</p>
        </section>
        <section class={`measure tone-${yieldLevel(webhooks)}`} aria-label="Webhook yield">
          <h3>Webhook yield</h3>
          <p class="measure-figure">
            {shareText(webhooks.arrived, webhooks.expected) ?? '–'} <span>arrived</span>
          </p>
          <p>{yieldSentence(webhooks)}</p>
        </section>
      </div>
      <dl class="facts-row">
        <div>
          <dt>Complete up to</dt>
          <dd>
            {watermark.at === null ? 'no window is closed yet' : <At time={watermark.at} />}
            {watermark.heldBy !== null && (
              <span class="quiet">
                {' '}
                · held by <a href={linkTo({ page: 'window', account, from: watermark.heldBy.from })}>a window</a> that is <StateBadge state={watermark.heldBy.state} />
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>Last run</dt>
          <dd>
            {lastRun === null ? (
              'none yet'
            ) : (
              <>
                <a href={linkTo({ page: 'run', account, run: lastRun.run })}>{agoText(lastRun.endedAt ?? lastRun.startedAt, now)}</a>
                <span class="quiet">
                  {' '}
                  · {lastRun.outcome.replace('-', ' ')}
                  {lastRun.callsFound > 0 ? `, ${counted(lastRun.callsFound, 'call')} found` : ''}
                </span>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Exceptions</dt>
          <dd>
            <a href={linkTo({ page: 'exceptions', account, kind: null, state: 'not-closed' })}>{openText(exceptionsOpen)}</a>
          </dd>
        </div>
        <div>
          <dt>Taken on from</dt>
          <dd>{item.firstWindow === null ? 'not yet' : <At time={item.firstWindow} show="date" />}</dd>
        </div>
      </dl>
    </article>
  )
}

const openText = (open: AccountItem['exceptionsOpen']): string => {
  if (open === null) return 'too many to count at once'
  if (open.count === 0 && !open.atLeast) return 'none open'
  return `${countText(open.count)}${open.atLeast ? ' or more' : ''} not closed`
}
