import { spawn } from 'node:child_process'

export interface CommandOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  readonly runAs?: { readonly uid: number; readonly gid: number } | undefined
  readonly input?: string
  readonly directory?: string
}

export interface CommandResult {
  readonly ok: boolean
  /** What it printed, both streams in the order they came; the end of it if it was long. */
  readonly output: string
  /** `not found`, `exit code 1`, `no end within 5 s`; null when ok. */
  readonly problem: string | null
}

const OUTPUT_CHARS_MAX = 64 * 1024

/**
 * Runs a short command to its end. Not being there and failing are results; only an abort throws.
 * The command leads a process group, and the whole group is killed on abort and timeout: initdb and mvn do their work in children.
 */
export const runCommand = async (command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> => {
  const { timeoutMs, signal, runAs, input = '', directory } = options
  signal?.throwIfAborted()
  const child = spawn(command, args, { stdio: 'pipe', detached: true, cwd: directory, ...runAs })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_CHARS_MAX)
    })
  }
  const kill = () => killGroup(child.pid)
  let late = false
  const timer = setTimeout(() => {
    late = true
    kill()
  }, timeoutMs)
  signal?.addEventListener('abort', kill)
  child.stdin.on('error', () => undefined).end(input)
  const problem = await new Promise<string | null>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ENOENT' ? 'not found' : error.message))
    child.once('close', (code, killedBy) => resolve(code === 0 ? null : late ? `no end within ${timeoutMs / 1_000} s` : (killedBy ?? `exit code ${code}`)))
  })
  clearTimeout(timer)
  signal?.removeEventListener('abort', kill)
  signal?.throwIfAborted()
  return { ok: problem === null, output: output.trim(), problem }
}

const killGroup = (leader: number | undefined): void => {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // It ended on its own just now.
  }
}
