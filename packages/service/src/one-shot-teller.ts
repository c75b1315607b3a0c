import type { OneShotMessage } from '@rollcall/contracts/one-shot-message'
import type { Logger } from '@rollcall/telemetry/create-logger'

/** Tells whoever waits for a one-shot command how it comes on. */
export type Tell = (message: OneShotMessage) => void

/** To the process that started this one, where there is a channel to it; and to the log. */
export const tellParent =
  (logger: Logger): Tell =>
  (message) => {
    if (process.connected) process.send?.(message)
    logger.info({ event: `one-shot.${message.type}`, ...message }, message.text)
  }
