import type { Mutant } from '../mutant.ts'

const paused = [{ file: 'test/workers/prove-workers.int.test.ts', test: 'tries to write when it wakes up' }]
const oracle = [{ file: 'test/chaos/oracle/check-books.int.test.ts', test: 'find nothing where all is held as it was told' }]

/** What the proofs by chaos and by workers must see: what is wrong in the projection and in the oracle's own fold alike, and a paused projector that writes. */
export const ORACLE_MUTANTS: readonly Mutant[] = [
  {
    name: 'the duration of a call is read as its talk',
    file: 'packages/exotel/src/surface/voice-v3.ts',
    find: "durationSeconds: 'total_duration'",
    replace: "durationSeconds: 'total_talk_time'",
    killedBy: oracle,
    why: 'Every reader would agree on a wrong number.',
  },
  {
    name: 'the talk of a call is read as what its first leg took',
    file: 'packages/exotel/src/surface/status-callback.ts',
    find: "conversationSeconds: 'ConversationDuration'",
    replace: "conversationSeconds: 'Legs.0.OnCallDuration'",
    killedBy: oracle,
    why: 'Every reader would agree on a wrong number.',
  },
  {
    name: 'a recording is left out',
    file: 'packages/exotel/src/surface/passthru.ts',
    find: "    recordingUrl: 'RecordingUrl',\n",
    replace: '',
    killedBy: oracle,
    why: 'A call whose other webhooks say nothing of it would have none.',
  },
  {
    name: 'a position is moved by whoever knows where it stands',
    file: 'packages/store/src/projection/advance-position.ts',
    find: ' AND epoch = $4',
    replace: ' AND $4::bigint IS NOT NULL',
    killedBy: paused,
    inBuilt: true,
    why: 'A paused projector that wakes up would fold what is another’s.',
  },
]
