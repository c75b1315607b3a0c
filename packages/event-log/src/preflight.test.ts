import { describe, expect, it } from 'vitest'
import type { EventLog, TopicInspection, TopicProblem, TopicSpec } from './event-log.ts'
import { preflight, UnsafeTopicsError } from './preflight.ts'

const specs: readonly TopicSpec[] = [
  { name: 'truth', partitions: 12, cleanup: 'delete' },
  { name: 'changelog', partitions: 12, cleanup: 'compact' },
]
const week: TopicProblem = { setting: 'retention.ms', value: '604800000', needed: '-1', howToFix: 'kafka-configs.sh …' }
const oneCopy: TopicProblem = { setting: 'replication.factor', value: '1', needed: '3', howToFix: 'run three brokers' }

describe('preflight', () => {
  it('makes missing topics before it looks at them', async () => {
    const log = logWith({})
    expect(await preflight(log, specs, { allowUnsafeTopics: false })).toEqual({ problems: [] })
    expect(log.asked).toEqual(['ensure truth,changelog', 'inspect truth,changelog'])
  })

  it('refuses unsafe topics in words an operator can act on, telling what topics share once', async () => {
    const error = await preflight(logWith({ truth: [oneCopy, week], changelog: [oneCopy] }), specs, { allowUnsafeTopics: false }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UnsafeTopicsError)
    expect(error).toMatchObject({ exitCode: 2 })
    expect((error as Error).message).toBe(
      [
        'The event log (kafka at broker:9092) may lose what it is given:',
        '  truth, changelog: replication.factor is 1; needed is 3.',
        '    To change it: run three brokers',
        '  truth: retention.ms is 604800000; needed is -1.',
        '    To change it: kafka-configs.sh …',
        'To run on it all the same, for development on one machine: --allow-unsafe-topics, or ROLLCALL_ALLOW_UNSAFE_TOPICS=true.',
      ].join('\n'),
    )
  })

  it('gives the problems to whoever allows them, to be shown', async () => {
    expect(await preflight(logWith({ truth: [week] }), specs, { allowUnsafeTopics: true })).toEqual({ problems: [{ topic: 'truth', ...week }] })
  })
})

const logWith = (problems: Record<string, TopicProblem[]>): EventLog & { asked: string[] } => {
  const asked: string[] = []
  const names = (given: readonly TopicSpec[]) => given.map(({ name }) => name).join()
  const unused = () => Promise.reject(new Error('not part of preflight'))
  return {
    asked,
    description: 'kafka at broker:9092',
    ensureTopics: async (given) => void asked.push(`ensure ${names(given)}`),
    inspectTopics: async (given) => {
      asked.push(`inspect ${names(given)}`)
      return given.map(({ name, partitions }): TopicInspection => ({ name, partitions, replicationFactor: 1, problems: problems[name] ?? [] }))
    },
    clusterId: unused,
    topicId: unused,
    append: unused,
    read: unused,
    bounds: unused,
    close: unused,
  }
}
