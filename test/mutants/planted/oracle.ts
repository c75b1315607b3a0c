import type { Mutant } from '../mutant.ts'

const oracle = [{ file: 'test/chaos/oracle/check-books.int.test.ts', test: 'find nothing where all is held as it was told' }]

/** What is wrong in the projection and in the oracle's own fold alike: chaos must see it by what the simulator's ledger says. */
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
]
