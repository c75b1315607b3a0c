import type { Telemetry } from './start-telemetry.ts'

/** The telemetry that `register` started, so that the service can flush it as the last thing it does. Null when run without it. */
export const telemetryAtExit: { started: Telemetry | null } = { started: null }
