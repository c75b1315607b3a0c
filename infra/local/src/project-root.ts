import { fileURLToPath } from 'node:url'

/** The folder of the clone; from `src/` and from `dist/` alike. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../../', import.meta.url))
