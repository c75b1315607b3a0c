import { join } from 'node:path'
import { CALL_KINDS } from '@rollcall/exotel-simulator/calls/call-kind'
import { mergeSettings } from '@rollcall/exotel-simulator/merge-settings'
import { listSettings } from '@rollcall/exotel-simulator/setting-list'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { dataDirectoryOf } from '../connection/data-directory-of.ts'
import { runSimulator, type SimulatorReport } from '../demo/run-simulator.ts'
import { CLOCKS, type ClockChoice, simulatorClock } from '../demo/simulator-clock.ts'
import {
  CALLS_PER_SECOND_DEFAULT,
  callsPerSecondOption,
  DROP_RATE_DEFAULT,
  drawSeed,
  portOption,
  SIMULATOR_PORT_DEFAULT,
  seedOption,
  shareOption,
} from '../demo/simulator-defaults.ts'
import { mixOption, type Overrides, settingOption, settingsFileOption } from '../demo/simulator-overrides.ts'
import { EXIT } from '../exit-code.ts'
import { numberOption } from '../options/number-option.ts'
import { renderSettings } from '../render/render-settings.ts'
import { clockTime } from '../terminal/clock-time.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'

const WEBHOOK_URL_DEFAULT = 'http://127.0.0.1:8080'

interface Options {
  readonly port: number
  readonly callsPerSecond: number
  readonly calls?: number
  readonly dropRate: number
  readonly duplicateRate: number
  readonly seed?: number
  readonly webhookUrl: string
  readonly rateLimit?: number
  readonly directory?: string
  readonly mix?: Readonly<Record<string, number>>
  readonly clock: ClockChoice['clock']
  readonly span: number
  readonly speed: number
  readonly settings?: Overrides
  readonly set?: Overrides
  readonly listSettings?: boolean
  readonly json?: boolean
}

export const simulatorCommand = (context: CliContext, signals: () => StopSignals, end: (exitCode: number) => void): Command =>
  new Command('simulator')
    .summary('run a simulated Exotel in the foreground')
    .description(
      'Runs Exotel as a simulation: it makes calls, answers the v1 call APIs, and sends webhooks, of which it loses as many as you ask. Its account (sid "demo") is written to a folder, and where that is gets printed: give it to Rollcall as ROLLCALL_ACCOUNTS_FILE.',
    )
    .option('--port <port>', 'where the API listens, on 127.0.0.1', portOption, SIMULATOR_PORT_DEFAULT)
    .option('--webhook-url <url>', 'address of ingest; /hooks/demo/<secret> is added', httpUrl, WEBHOOK_URL_DEFAULT)
    .option('--calls-per-second <rate>', 'how many calls begin, at random', callsPerSecondOption, CALLS_PER_SECOND_DEFAULT)
    .option('--calls <count>', 'make so many calls and no more (default: without end)', numberOption({ min: 1, max: 100_000, integer: true, example: 1_000 }))
    .option('--drop-rate <share>', 'share of webhooks lost on purpose', shareOption, DROP_RATE_DEFAULT)
    .option('--duplicate-rate <share>', 'share of webhooks sent twice', shareOption, 0)
    .option('--seed <number>', 'make the same calls again (default: others every time)', seedOption)
    .option(
      '--rate-limit <requests>',
      'API requests answered per minute; 0 is no limit (default: as the traffic needs, 200 or more)',
      numberOption({ min: 0, max: 1_000_000, integer: true, example: 200 }),
    )
    .option('--directory <path>', 'folder for the account and the ledger of calls (default: simulator/ in ROLLCALL_DATA_DIR)')
    .option('--mix <kind=weight,...>', 'only these kinds of call, such as inbound-passthru=30,campaign=5', mixOption)
    .addOption(new Option('--clock <clock>', 'real time; the past faster than real; or the past as fast as it is taken').choices([...CLOCKS]).default('real'))
    .option('--span <hours>', 'how far in the past the calls of a clock that is not real begin', numberOption({ min: 0.01, max: 4_000, example: 24 }), 1)
    .option('--speed <factor>', 'how many times as fast an accelerated clock runs', numberOption({ min: 1.1, max: 10_000, example: 60 }), 60)
    .option('--set <setting=value>', 'any other setting, repeatable: --set api.retryAfter=true', settingOption)
    .option('--settings <file>', 'a JSON file of settings; --set wins', settingsFileOption)
    .option('--list-settings', 'name every setting with its default, and end')
    .option('--json', 'one JSON line for every event')
    .addHelpText(
      'after',
      `
What was true is at /sim/ledger (JSON Lines) and /sim/stats of its address; faults and outages
are changed while it plays by the API that /sim/openapi.json describes.
Examples:
  rollcall simulator --calls-per-second 5 --drop-rate 0.1
  rollcall simulator --clock virtual --span 24 --calls 5000 --calls-per-second 0.07
  rollcall simulator --set webhooks.retries=after-5-and-15-minutes --set apiFaults.htmlRate=0.1`,
    )
    .action(async (options: Options) => {
      if (options.listSettings) {
        for (const line of renderSettings(listSettings())) context.out(`${line}\n`)
        return end(EXIT.done)
      }
      const seed = options.seed ?? drawSeed()
      await runSimulator(
        {
          ...options,
          directory: options.directory ?? join(dataDirectoryOf(context), 'simulator'),
          calls: options.calls ?? null,
          seed,
          rateLimitPerMinute: options.rateLimit ?? null,
          clock: simulatorClock({ clock: options.clock, spanHours: options.span, speed: options.speed }),
          overrides: overridesOf(options),
        },
        options.json ? jsonReport(context) : textReport(context, seed),
        signals().stop,
      )
      end(EXIT.done)
    })

/** A mix leaves no kind of the demo's in; what is set by name wins over a file. */
const overridesOf = ({ mix, settings = {}, set = {} }: Options): Overrides => {
  const kinds = mix === undefined ? {} : { traffic: { kinds: { ...Object.fromEntries(CALL_KINDS.map((kind) => [kind, 0])), ...mix } } }
  return [settings, set].reduce<Overrides>((before, next) => mergeSettings(before, next) as Overrides, kinds)
}

function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new InvalidArgumentError(`Needed is an http address, such as ${WEBHOOK_URL_DEFAULT}.`)
  return text.replace(/\/+$/, '')
}

const jsonReport = ({ out }: CliContext): SimulatorReport => {
  const line = (value: object) => out(`${JSON.stringify(value)}\n`)
  return { started: (facts) => line({ type: 'started', ...facts }), event: line, summary: (stats) => line({ type: 'stats', ...stats }) }
}

const textReport = ({ out, clock }: CliContext, seed: number): SimulatorReport => ({
  started: ({ url, accountsFile, earlierCalls }) =>
    out(
      [
        `Exotel is simulated at ${url} (account demo, seed ${seed}${earlierCalls > 0 ? `, ${earlierCalls} calls of earlier starts known` : ''}). Calls, numbers and losses are made up.`,
        `Give its account to Rollcall:  export ROLLCALL_ACCOUNTS_FILE=${accountsFile}`,
        `What was true:  ${url}/sim/ledger  ${url}/sim/stats`,
        `What goes wrong, and how to change it:  ${url}/sim/openapi.json`,
        'Ctrl-C stops it.',
        '',
      ].join('\n'),
    ),
  event: () => {},
  summary: ({ callsBegun, webhooksDelivered, webhooksDropped, webhooksRefused, webhooksGivenUp, apiRequests }) =>
    out(
      `${clockTime(clock())}  calls ${callsBegun}  webhooks delivered ${webhooksDelivered}, lost on purpose ${webhooksDropped}, not accepted ${webhooksRefused + webhooksGivenUp}  API requests ${apiRequests}\n`,
    ),
})
