import fc from 'fast-check'
import { CALL_STATUSES, type CallFacts, type Field, SOURCES } from '../call/fact.ts'
import { canonicalTime } from '../time.ts'

/** Small pools of values on purpose: ties and conflicts are where order could leak in. */
const TIMES = [0, 1_000, 1_900, 3_000, 86_400_000].map((offset) => 1_760_000_000_000 + offset)
const time = fc.constantFrom(...TIMES)
const decimal = fc.constantFrom('0', '1', '1.5', '1.50', '12', '9', '10.25')
const phone = fc.constantFrom('09000000001', '+919000000001', '9000000002', 'sip:agent')

const values: fc.Arbitrary<Partial<Record<Field, string>>> = fc.record(
  {
    status: fc.constantFrom(...CALL_STATUSES),
    direction: fc.constantFrom('inbound', 'outbound-api', 'outbound-dial'),
    from: phone,
    to: phone,
    exophone: phone,
    createdAt: time.map(canonicalTime),
    startedAt: time.map(canonicalTime),
    endedAt: time.map(canonicalTime),
    durationSeconds: decimal,
    conversationSeconds: decimal,
    price: decimal,
    leg1Status: fc.constantFrom('completed', 'busy'),
    leg2Status: fc.constantFrom('completed', 'no-answer'),
    recordingUrl: fc.constantFrom('https://recordings.example.com/a.mp3', 'https://recordings.example.com/b.mp3'),
    customField: fc.constantFrom('x', 'y', '10', '9'),
  },
  { requiredKeys: [] },
)

/** Facts about one call from any source, in any state, at any time. */
export const arbitraryFacts: fc.Arbitrary<CallFacts> = fc
  .record({
    source: fc.constantFrom(...SOURCES),
    receivedAt: time,
    vendorTime: fc.option(time),
    event: fc.constantFrom('status-callback/terminal', 'status-callback/answered', 'passthru'),
    values,
  })
  .map((facts) => ({ account: 'acme', callSid: 'c1', ...facts, event: facts.source === 'webhook' ? facts.event : null }))
