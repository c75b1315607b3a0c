/**
 * All of Rollcall as it runs, in real time: `pnpm prove:realtime --minutes 10 --calls-per-second 30 --loss 0.1 --seed 1`. Real Kafka, real
 * Postgres, every service a process of its own; Exotel is simulated. No call is longer than two minutes, so that windows become final
 * while one waits. Prints its figures as one line of JSON; exit code 1 where one is not as the ledger has it.
 */
import { parsePlan } from './plan.ts'
import { proveInRealTime } from './prove-in-real-time.ts'

const plan = parsePlan(process.argv.slice(2))
const print = (line: string): void => void process.stdout.write(`${line}\n`)
print(`--minutes ${plan.minutes} --calls-per-second ${plan.callsPerSecond} --loss ${plan.loss} --seed ${plan.seed}`)

const { figures, wrong } = await proveInRealTime(plan, print)
print(JSON.stringify(figures))
for (const line of wrong) print(`not as the ledger has it: ${line}`)
if (wrong.length > 0) process.exitCode = 1
