import type { FaultName } from '../plan/fault-kinds.ts'
import type { FaultTroubles, FaultUse, RunRecord } from './run-record.ts'

const NONE: FaultUse = { alone: 0, paired: 0, idle: 0, load: 0, backlog: 0 }
const NAME_WIDTH = 24
const COUNT_WIDTH = 9

/** What several runs came to together: each run, the faults with how often each was made, and was planned and not made, and the totals; `known` are named also where they never were. */
export const renderTally = (runs: readonly RunRecord[], known: readonly FaultName[]): readonly string[] => {
  const sum = (what: (run: RunRecord) => number): number => runs.reduce((total, run) => total + what(run), 0)
  const rounds = sum((run) => run.rounds)
  const seconds = sum((run) => run.seconds)
  const cpuSeconds = sum((run) => run.cpuSeconds)
  const each = (total: number): string => (rounds === 0 ? '-' : (total / rounds).toFixed(1))
  const names = [...new Set([...known, ...runs.flatMap(({ faults, notMade }) => [...Object.keys(faults), ...Object.keys(notMade)])])]
  const notMade = runs.map((run) => run.notMade)
  const uses = names.map((name) => ({ name, use: runs.reduce((total, { faults }) => added(total, faults[name] ?? NONE), NONE), notMade: timesOf(notMade, name) }))
  const never = (how: 'alone' | 'paired'): string =>
    uses
      .filter(({ use }) => use[how] === 0)
      .map(({ name }) => name)
      .join(', ') || 'none'
  return [
    ...runs.map(
      (run) =>
        `commit ${run.commit} --seed ${run.seed} --from ${run.from} --rounds ${run.rounds} --per-second ${run.perSecond}${run.haproxy ? ' --haproxy' : ''}: ${run.acknowledged} acknowledged, ${run.givenUp} given up, ${problemsOf(run)} findings`,
    ),
    '',
    row('fault', ['alone', 'paired', 'idle', 'load', 'backlog', 'not made']),
    ...uses.map(({ name, use, notMade: times }) => row(name, [use.alone, use.paired, use.idle, use.load, use.backlog, times])),
    '',
    ...troublesOf('planned, not made', notMade),
    ...troublesOf(
      'made, not healed by itself',
      runs.map((run) => run.notHealed),
    ),
    `never alone: ${never('alone')}`,
    `never in a pair: ${never('paired')}`,
    `${rounds} rounds in ${runs.length} runs: ${sum((run) => run.acknowledged)} webhooks acknowledged, ${sum((run) => run.givenUp)} given up, ${sum((run) => run.calls)} calls, ${sum((run) => run.logRecords)} records in the logs, ${sum(problemsOf)} findings`,
    `${Math.round(seconds)} s of stacks (${each(seconds)} a round), ${Math.round(cpuSeconds)} s of processors (${each(cpuSeconds)} a round)`,
  ]
}

const timesOf = (troubles: readonly FaultTroubles[], name: string): number =>
  troubles.reduce((sum, { [name]: whys = {} }) => sum + Object.values(whys).reduce((times, each) => times + each, 0), 0)

/** A line for each fault: how often, and each reason. */
const troublesOf = (what: string, troubles: readonly FaultTroubles[]): readonly string[] =>
  [...new Set(troubles.flatMap((one) => Object.keys(one)))].map((name) => {
    const whys = [...new Set(troubles.flatMap(({ [name]: all = {} }) => Object.keys(all)))]
    return `${what}: ${name}, ${timesOf(troubles, name)} times (${whys.join('; ')})`
  })

/** A rebuild that came to something else is one too. */
const problemsOf = ({ findings, rebuiltEqual }: RunRecord): number => findings.length + (rebuiltEqual ? 0 : 1)

const added = (a: FaultUse, b: FaultUse): FaultUse => ({
  alone: a.alone + b.alone,
  paired: a.paired + b.paired,
  idle: a.idle + b.idle,
  load: a.load + b.load,
  backlog: a.backlog + b.backlog,
})

const row = (name: string, counts: readonly (string | number)[]): string => `${name.padEnd(NAME_WIDTH)}${counts.map((count) => String(count).padStart(COUNT_WIDTH)).join('')}`
