import { execFileSync } from 'node:child_process'
import { treeUsage } from './process-usage.ts'

/** From now on these processes, all their threads and what they start run on this core only: `taskset` of util-linux. @throws Error where there is none, or no such core. */
export const keepOnCore = (core: number, pids: readonly number[]): void => {
  for (const { pid } of pids.flatMap(treeUsage))
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], { stdio: ['ignore', 'ignore', 'inherit'] })
}
