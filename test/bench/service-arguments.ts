import { join } from 'node:path'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

/** What Node runs a built service with, in the same way as the command line starts it. */
export const serviceArguments = (name: 'ingest' | 'projector', profileDirectory: string | null): readonly string[] => [
  ...(profileDirectory === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDirectory]),
  '--import',
  join(PROJECT_ROOT, 'packages/telemetry/dist/register.js'),
  join(PROJECT_ROOT, `services/${name}/dist/main.js`),
]
