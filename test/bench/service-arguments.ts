import { serviceCommand } from '@rollcall/cli/services/service-command'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

/** What Node runs a built service with, as the command line starts it. */
export const serviceArguments = (name: 'ingest' | 'projector', profileDirectory: string | null): readonly string[] => [
  ...(profileDirectory === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDirectory]),
  ...serviceCommand(PROJECT_ROOT, name).args,
]
