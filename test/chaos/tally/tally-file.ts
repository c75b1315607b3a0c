import { appendFile, readFile } from 'node:fs/promises'
import { RunRecord } from './run-record.ts'

/** One line a run; several processes may add theirs at the same time. */
export const addRun = (file: string, run: RunRecord): Promise<void> => appendFile(file, `${JSON.stringify(run)}\n`)

/** Every run that was added; none where there is no such file. @throws Error naming the line that is none. */
export const readRuns = async (file: string): Promise<readonly RunRecord[]> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap((line, index) => (line === '' ? [] : [parsed(line, `${file}, line ${index + 1}`)]))
}

const parsed = (line: string, where: string): RunRecord => {
  try {
    return RunRecord.parse(JSON.parse(line))
  } catch (cause) {
    throw new Error(`${where}: no run of chaos`, { cause })
  }
}
