import { startTelemetry } from './start-telemetry.ts'
import { telemetryAtExit } from './telemetry-at-exit.ts'

/**
 * Loaded before a service: `node --import <…>/telemetry/dist/register.js main.js`. OpenTelemetry is configured by the process
 * environment alone, which is why this file, like each main.ts, reads it.
 */
telemetryAtExit.started = await startTelemetry(process.env)
