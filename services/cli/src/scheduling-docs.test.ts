/** What docs/scheduling.md tells schedulers to run is what the command line takes. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runCommandLine } from './run-command-line.ts'

const page = readFileSync(new URL('../../../docs/scheduling.md', import.meta.url), 'utf8')
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? ''
const NEVER = new AbortController().signal

/** With nothing configured, a line that is understood goes as far as looking for an installation. */
const isUnderstood = async (line: string): Promise<void> => {
  const said: string[] = []
  const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
  const context = { env: { ROLLCALL_DATA_DIR: '/nowhere' }, root: '/nowhere', clock: Date.now, out: () => {}, err: (text: string) => said.push(text), screen: null }
  expect(await runCommandLine(args, context, () => ({ stop: NEVER, force: NEVER }))).toBe(2)
  expect(said.join('')).toContain('Nothing is configured')
}
const withDates = (line: string): string => line.replace(/"?\$\(.*?yesterday.*?\)"?/, '2026-01-31').replace(/"?\$\(.*?\)"?/, '2026-02-01')

describe('docs/scheduling.md', () => {
  it('shows a CronJob whose command is understood, and whose times fit each other', async () => {
    const { kind, spec } = parse(block('yaml'))
    const job = spec.jobTemplate.spec
    const [container] = job.template.spec.containers
    expect(kind).toBe('CronJob')
    const [line] = container.args as string[]
    expect(line).toMatch(/^exec rollcall /)
    await isUnderstood(withDates((line ?? '').replace('exec rollcall ', '')))
    const timeout = Number(/--timeout (\d+)/.exec(line ?? '')?.[1])
    expect(job.activeDeadlineSeconds).toBeGreaterThan(timeout)
    expect(job.podFailurePolicy.rules[0].onExitCodes).toMatchObject({ containerName: container.name, values: [2] })
  })

  it('shows an Airflow task whose command is understood', async () => {
    const line = [...block('python').matchAll(/"( ?(?:rollcall|--)[^"]*)"/g)].map(([, part]) => part).join('')
    await isUnderstood(
      line
        .replace('rollcall ', '')
        .replace(/\{\{.*?start.*?\}\}/, '2026-01-31')
        .replace(/\{\{.*?end.*?\}\}/, '2026-02-01'),
    )
  })

  it('shows commands that are understood', async () => {
    const lines = [...page.matchAll(/^rollcall ([^#\n]+)/gm)].map(([, line]) => (line ?? '').trim())
    expect(lines.length).toBeGreaterThanOrEqual(3)
    for (const line of lines) await isUnderstood(line)
  })
})
