import { join, resolve } from 'node:path'
import type { CliContext } from '../cli-context.ts'

/** Where data is kept: ROLLCALL_DATA_DIR, or `.rollcall` in the clone. */
export const dataDirectoryOf = ({ env, root }: Pick<CliContext, 'env' | 'root'>): string => resolve(env.ROLLCALL_DATA_DIR || join(root, '.rollcall'))
