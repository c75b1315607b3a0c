import type { Mutant } from '../mutant.ts'

const GUARD = 'packages/event-log/src/kafka/log-guard.ts'
const guarded = [{ file: 'packages/event-log/src/kafka/log-guard.test.ts' }]
const remembered = [{ file: 'services/ingest/src/spool/log-memory.test.ts' }]

/** What is forwarded goes to the log that it always went to. */
export const FORWARDING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a batch is sent to whatever answers',
    file: 'packages/event-log/src/kafka/produce.ts',
    find: 'await guard.send(broker, [...new Set(batches.map(({ topic }) => topic))], () => send(broker, batches))',
    replace: 'await send(broker, batches)',
    killedBy: [{ file: 'packages/event-log/src/kafka/kafka-event-log.int.test.ts', test: 'which was made anew' }],
    why: 'Webhooks would be counted as forwarded that are in a log which nobody folds.',
  },
  {
    name: 'a broker of another cluster is believed',
    file: GUARD,
    find: 'if (told.clusterId !== clusterId) throw',
    replace: "if (told.clusterId === '') throw",
    killedBy: guarded,
    why: 'Brokers behind the same addresses may be replaced by those of another cluster.',
  },
  {
    name: 'a new connection is believed unasked',
    file: GUARD,
    find: 'return at === undefined || now() - at > ASKED_AGAIN_MS',
    replace: 'return at !== undefined && now() - at > ASKED_AGAIN_MS',
    killedBy: guarded,
    why: 'kafkajs connects again without a word.',
  },
  {
    name: 'a connection that was asked once is believed for ever',
    file: GUARD,
    find: 'return at === undefined || now() - at > ASKED_AGAIN_MS',
    replace: 'return at === undefined',
    killedBy: guarded,
    why: 'A topic can be made anew while a connection is open.',
  },
  {
    name: 'an answer by another connection than the one that was asked is believed',
    file: GUARD,
    find: 'if (connectionOf(broker) !== connection) throw',
    replace: 'if (connectionOf(broker) !== connection && answer === undefined) throw',
    killedBy: guarded,
    why: 'Between the question and the batch another cluster may have taken the address.',
  },
  {
    name: 'offsets that begin again are not noticed',
    file: GUARD,
    find: 'acknowledgements.filter(isNewOrBack)',
    replace: 'acknowledgements.filter((each) => each.code !== 0 && isNewOrBack(each))',
    killedBy: guarded,
    why: 'For seconds after a topic was made anew all would be counted as forwarded.',
  },
  {
    name: 'an embedded log takes what was meant for another one',
    file: 'packages/event-log/src/embedded/serve-embedded-log.ts',
    find: 'if (opened !== answering) throw',
    replace: "if (answering === '') throw",
    killedBy: [{ file: 'packages/event-log/src/embedded/remote-event-log.test.ts', test: 'while another log is served' }],
    why: 'A folder that was emptied would take what the spool then forgets.',
  },
  {
    name: 'a spool takes any log for its own after a restart',
    file: 'services/ingest/src/spool/log-memory.ts',
    find: 'if (before !== null && !isSame(before, log)) throw',
    replace: 'if (before !== null && keeping !== null && !isSame(before, log)) throw',
    killedBy: remembered,
    why: 'Its position means nothing in another log: what is below it would never be sent there.',
  },
  {
    name: 'a spool compares the cluster alone',
    file: 'services/ingest/src/spool/log-memory.ts',
    find: '(log.topicId === undefined || known.topicId === log.topicId)',
    replace: 'log.clusterId !== null',
    killedBy: remembered,
    why: 'A topic that was made anew while ingest was away is empty.',
  },
]
