import type { Logger } from '@rollcall/telemetry/create-logger'

const nothing = (): void => {}

/** For the services' own parts, whose words nobody would read twenty thousand times. */
export const SILENT = { info: nothing, warn: nothing, error: nothing, debug: nothing, trace: nothing, fatal: nothing } as unknown as Logger
