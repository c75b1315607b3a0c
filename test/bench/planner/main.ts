/**
 * What it costs to decide what to ask next, and to compare what was answered: no request, no database. Asserts nothing about speed. By processor
 * time, which other processes on the machine do not take away, and by the clock.
 * `pnpm bench:planner [rounds]`
 */

import { recordOf } from '@rollcall/domain/call/merge'
import { chooseAsks, nextAsk } from '@rollcall/domain/schedule/chase'
import { plan } from '@rollcall/domain/schedule/plan'
import { schedulePolicyOf } from '@rollcall/domain/schedule/schedule-policy'
import { compare } from '@rollcall/domain/window/compare'
import { windowDigest } from '@rollcall/reconciler/window-listing'
import { median } from '../median.ts'
import { ACCOUNT, CALLS, heldCalls, listedRows, openChases, STANDINGS, WINDOWS } from './planner-inputs.ts'

const ROUNDS_DEFAULT = 21
const WARM_UP_ROUNDS = 3
/** Calls that one turn of lane chase asks for. */
const ASKS_PER_TURN = 600

const rounds = Number(process.argv[2] ?? ROUNDS_DEFAULT)
const policy = schedulePolicyOf(ACCOUNT)

/** Milliseconds of the middle round, by processor time and by the clock; the first ones, in which the code is compiled, left out. */
const measure = (act: () => unknown): { readonly processor: number; readonly clock: number } => {
  const times = Array.from({ length: rounds + WARM_UP_ROUNDS }, () => {
    const from = performance.now()
    const cpu = process.cpuUsage()
    act()
    const { user, system } = process.cpuUsage(cpu)
    return { processor: (user + system) / 1_000, clock: performance.now() - from }
  }).slice(WARM_UP_ROUNDS)
  return { processor: median(times.map(({ processor }) => processor)), clock: median(times.map(({ clock }) => clock)) }
}
const tell = (what: string, act: () => unknown): void => {
  const { processor, clock } = measure(act)
  process.stdout.write(`| ${what} | ${processor.toFixed(1)} | ${clock.toFixed(1)} |\n`)
}

process.stdout.write(`Node ${process.versions.node}, median of ${rounds} rounds\n\n| what | ms of processor | ms |\n| --- | --: | --: |\n`)
const chases = openChases()
for (const { name, standing } of STANDINGS) {
  tell(`${WINDOWS} open windows (${name}) and ${chases.length} open calls planned`, () => [
    plan(standing, policy),
    chooseAsks(
      chases.flatMap(({ since, askedAt }) => {
        const ask = nextAsk('open', since, askedAt, policy)
        return ask === null || ask.due > standing.now ? [] : [ask]
      }),
      standing.now,
      ASKS_PER_TURN,
    ),
  ])
}
const rows = listedRows()
for (const { name, held } of heldCalls(rows, recordOf)) {
  const facts = rows.map((row) => row.facts)
  tell(`a window of ${CALLS} calls compared and digested (${name})`, () => [compare(facts, held), windowDigest(rows)])
}
