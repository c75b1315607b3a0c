import { OneShotMessage } from '@rollcall/contracts/one-shot-message'
import type { CliContext } from '../cli-context.ts'
import type { Settings } from '../connection/find-settings.ts'
import { createProgressDisplay } from '../progress/progress-display.ts'
import { type OneShotResult, runOneShot } from './run-one-shot.ts'
import { type ServiceName, serviceCommand } from './service-command.ts'

/** Runs a one-shot command of a service, showing how it comes on and what is wrong meanwhile. */
export const runShownOneShot = async (context: CliContext, service: ServiceName, args: readonly string[], env: Settings, signal: AbortSignal): Promise<OneShotResult> => {
  const display = createProgressDisplay(context)
  try {
    return await runOneShot(serviceCommand(context.root, service, args), {
      env,
      signal,
      onProblem: (line) => display.show({ type: 'notice', text: line }),
      onMessage: (message) => {
        const known = OneShotMessage.safeParse(message)
        if (known.success) display.show(known.data)
      },
    })
  } finally {
    display.close()
  }
}
