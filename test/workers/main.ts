/**
 * Projectors that come and go, on real Kafka and real Postgres, each a process of its own, under load:
 * `pnpm prove:workers --rebalances 100 --minutes 10 --pause 60 --rate 400 --seed 1`. Partitions change hands by kills, stops and pauses at the
 * seed's choice; then one projector is paused and wakes up; then a client of the log hangs. `--pause-only`: nothing but the pause. Prints its
 * figures as one line of JSON; exit code 1 where a record is missing, counts twice, a paused one wrote something, or a bound was missed.
 */
import { parsePlan } from './plan.ts'
import { proveWorkers } from './prove-workers.ts'

const plan = parsePlan(process.argv.slice(2))
const print = (line: string): void => void process.stdout.write(`${line}\n`)
print(
  plan.pauseOnly
    ? `--pause-only --pause ${plan.pauseSeconds}`
    : `--rebalances ${plan.rebalances} --minutes ${plan.minutes} --pause ${plan.pauseSeconds} --rate ${plan.recordsPerSecond} --seed ${plan.seed}`,
)

const { figures, wrong } = await proveWorkers(plan, print)
print(JSON.stringify(figures))
for (const line of wrong) print(`not as promised: ${line}`)
if (wrong.length > 0) process.exitCode = 1
