import { Command, Option } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CALLS_PER_SECOND_DEFAULT, callsPerSecondOption, DROP_RATE_DEFAULT, drawSeed, seedOption, shareOption } from '../demo/simulator-defaults.ts'
import { numberOption } from '../options/number-option.ts'
import { runStart } from '../start/run-start.ts'
import type { StartOptions } from '../start/start-options.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

interface Options extends Partial<Omit<StartOptions, 'kafkaNodes' | 'forSeconds' | 'workers'>> {
  readonly eventLog: StartOptions['eventLog']
  readonly kafkaNodes: '1' | '3'
  readonly callsPerSecond: number
  readonly dropRate: number
  readonly workers?: number
  readonly for?: number
}

export const startCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('start')
    .summary('start the whole stack and watch it')
    .description(
      'Starts everything on this machine and shows it at work: an event log, Postgres, every service, and, where no account is configured, a simulated Exotel that loses webhooks on purpose. What the environment names (KAFKA_BROKERS, DATABASE_URL, ROLLCALL_ACCOUNTS_FILE) is used as it is. Data is kept in ROLLCALL_DATA_DIR (default: .rollcall in the clone) and survives a restart.',
    )
    .option('--fresh', 'remove all kept data first')
    .addOption(
      new Option('--event-log <kind>', 'auto takes Kafka where it can be had, by KAFKA_BROKERS, Java and Maven, or Docker; else the embedded log')
        .choices(['auto', 'kafka', 'embedded'])
        .default('auto'),
    )
    .addOption(new Option('--kafka-nodes <count>', 'nodes of a Kafka that is started here').choices(['1', '3']).default('1'))
    .option('--calls-per-second <rate>', 'simulated calls', callsPerSecondOption, CALLS_PER_SECOND_DEFAULT)
    .option('--drop-rate <share>', 'share of simulated webhooks lost on purpose', shareOption, DROP_RATE_DEFAULT)
    .option('--seed <number>', 'make the same calls again (default: others every time)', seedOption)
    .option('--workers <count>', 'processes of ingest (default: INGEST_WORKERS, or 1)', numberOption({ min: 1, max: 64, integer: true, example: 2 }))
    .option('--for <seconds>', 'make calls for so long, then print the balance and stop', numberOption({ min: 1, max: 86_400, integer: true, example: 60 }))
    .option('--plain', 'plain lines also on a terminal; in a pipe they are always plain')
    .option('--allow-unsafe-topics', 'run on a Kafka that may lose data; only for development')
    .addHelpText(
      'after',
      `
Exit codes: 0 stopped, or the balance is equal; 1 failed; 2 bad setting;
            3 the balance is not equal (--for).
Examples:
  rollcall start                                    watch webhooks get lost and found again
  rollcall start --for 60                           one minute of calls, then the balance
  rollcall start --event-log embedded --fresh       without Kafka, from an empty folder
  KAFKA_BROKERS=kafka-1:9092 rollcall start         on a Kafka that is there`,
    )
    .action(async ({ for: forSeconds, kafkaNodes, ...options }: Options) => {
      const exitCode = await runStart(
        {
          fresh: options.fresh ?? false,
          eventLog: options.eventLog,
          kafkaNodes: kafkaNodes === '3' ? 3 : 1,
          callsPerSecond: options.callsPerSecond,
          dropRate: options.dropRate,
          seed: options.seed ?? drawSeed(),
          workers: options.workers ?? null,
          forSeconds: forSeconds ?? null,
          plain: options.plain ?? false,
          allowUnsafeTopics: options.allowUnsafeTopics ?? false,
        },
        context,
        signals(),
      )
      end(exitCode)
    })
