/**
 * Tampers with evidence at random and says what caught it: `pnpm prove:tamper [--on packs|database] --count 10000 --seed 1`. With packs and what they are made of; or, as a
 * superuser, with a database of Postgres that the product has filled; there `--from 2500` begins with that number, and `--count 1` makes one again. Exit code 1 where something was not caught, or a check found something where nothing was tampered with.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { runDatabaseTampers } from './database/run-database-tampers.ts'
import { runTampers } from './run-tampers.ts'

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: { on: { type: 'string', default: 'packs' }, from: { type: 'string', default: '0' }, count: { type: 'string', default: '10000' }, seed: { type: 'string' } },
  strict: true,
})
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
const count = Number(values.count)
const from = Number(values.from)
if (![seed, count, from].every(Number.isSafeInteger) || count < 1 || from < 0) throw new TypeError('--count, --seed and --from are whole numbers')
if (values.on !== 'packs' && values.on !== 'database') throw new TypeError('--on is packs or database')

/** Databases that are tampered with at once: Postgres has the most to do. */
const LANES = 4

const onPacks = async (): Promise<void> => {
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
}

const onDatabase = async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-tamper-'))
  const postgres = await startPostgres({ directory, onLine: console.log })
  try {
    const { missed, wrong, ...figures } = await runDatabaseTampers(postgres, { count, seed, from, lanes: LANES, onDone: (done) => console.log(`${done} of ${count}`) })
    for (const which of [...missed.map((each) => `NOT CAUGHT: ${each}`), ...wrong]) console.log(which)
    console.log(JSON.stringify(figures, null, 1))
    if (missed.length > 0 || wrong.length > 0) process.exitCode = 1
  } finally {
    await postgres.stop()
    for (const folder of [directory, dirname(postgres.dataDirectory)]) await rm(folder, { recursive: true, force: true })
  }
}

console.log(`Tampering ${count} times, seed ${seed}`)
await (values.on === 'packs' ? onPacks() : onDatabase())
