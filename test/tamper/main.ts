/** Tampers with evidence at random and says what caught it: `pnpm prove:tamper --count 10000 --seed 1`. Exit code 1 where something was not caught. */
import { parseArgs } from 'node:util'
import { runTampers } from './run-tampers.ts'

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string' } },
  strict: true,
})
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
const count = Number(values.count)
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1) throw new TypeError('--count and --seed are whole numbers')

console.log(`Tampering ${count} times, seed ${seed}`)
const began = performance.now()
const tallies = await runTampers(count, seed)
console.log('| How | Tried | Caught first by |\n| --- | ---: | --- |')
for (const [kind, { tried, caughtBy }] of tallies)
  console.log(
    `| ${kind} | ${tried} | ${[...caughtBy]
      .sort(([, a], [, b]) => b - a)
      .map(([claim, times]) => `${claim} ${times}`)
      .join(', ')} |`,
  )
const missed = [...tallies].flatMap(([kind, tally]) => tally.missed.map((which) => `${kind}: ${which}`))
for (const which of missed) console.log(`NOT CAUGHT: ${which}`)
console.log(`${count - missed.length} of ${count} caught in ${((performance.now() - began) / 1_000).toFixed(1)} s, seed ${seed}`)
if (missed.length > 0) process.exitCode = 1
