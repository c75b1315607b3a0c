import { SECOND } from '@rollcall/domain/time'
import { durationText } from '../terminal/duration-text.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { CallTimeline } from './call-timeline.ts'

/** The timeline in words, one string a line. Pure. */
export const renderTimeline = ({ account, callSid, createdAt, endedAt, observations, judgements, chases, recording }: CallTimeline): readonly string[] => [
  `Call ${safeText(callSid)} of account ${account}: created ${createdAt ?? 'nobody told when'}, ended ${endedAt ?? 'not, as far as is known'}`,
  '',
  'Observations, by receipt',
  ...observations.flatMap(({ at, position, how, surface, event, outcome, vendorTime, delaySeconds, afterEndSeconds, changed }) => [
    `  ${at}  ${position}  ${how}: ${event ?? surface}${outcome === 'facts' ? '' : ` (${outcome})`}${delayText(vendorTime, delaySeconds)}${endText(afterEndSeconds)}`,
    ...Object.entries(changed).map(([field, value]) => `      ${field} is ${safeText(value)}`),
    ...(outcome === 'facts' && Object.keys(changed).length === 0 ? ['      changed nothing'] : []),
  ]),
  ...(judgements.length === 0 ? [] : ['', 'Webhooks that it should have had']),
  ...judgements.map(
    ({ expectation, rule, outcome, reason, judgedAt, replacedAt }) =>
      `  ${judgedAt}  ${expectation}: ${outcome}${reason === null ? '' : ` (${reason})`}, by rule "${safeText(rule)}"${replacedAt === null ? '' : `; until ${replacedAt}`}`,
  ),
  ...(chases.length === 0 ? [] : ['', 'Asked for by Sid']),
  ...chases.map(
    ({ why, begunAt, asked, askedAt, withoutAt, due, outcome, reason, endedAt: over }) =>
      `  ${begunAt}  ${WHYS[why]}: asked ${asked} times${askedAt === null ? '' : `, last at ${askedAt}`}${withoutAt === null ? '' : `, not there at ${withoutAt}`}; ${
        outcome === null ? `again at ${due}` : `${outcome}${reason === null ? '' : ` (${reason})`} at ${over}`
      }`,
  ),
  ...(recording === null ? [] : ['', 'Its recording’s host', `  ${recording.at}  ${recordingText(recording)}`]),
]

const recordingText = ({ outcome, status, bytes, contentType, reason }: NonNullable<CallTimeline['recording']>): string =>
  outcome === 'answered' ? `answered ${status}${bytes === null ? '' : `, ${bytes} bytes`}${contentType === null ? '' : `, ${safeText(contentType)}`}` : `${outcome}: ${reason}`

const WHYS = { recording: 'its recording', open: 'its end' } as const

const delayText = (vendorTime: string | null, delaySeconds: number | null): string =>
  vendorTime === null || delaySeconds === null ? '' : `, as it was at ${vendorTime}, ${signedText(delaySeconds)}`

const endText = (afterEndSeconds: number | null): string => (afterEndSeconds === null ? '' : `; ${signedText(afterEndSeconds)} the end`)

const signedText = (seconds: number): string => `${durationText(Math.abs(seconds) * SECOND)} ${seconds < 0 ? 'before' : 'after'}`
