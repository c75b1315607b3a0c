import type { EventLog, TopicProblem, TopicSpec } from './event-log.ts'

export interface PreflightProblem extends TopicProblem {
  readonly topic: string
}

/** The log would lose what it is given. An operator must act: the message says where and how. */
export class UnsafeTopicsError extends Error {
  override readonly name = 'UnsafeTopicsError'
  /** 2 is bad usage or configuration (design §10). */
  readonly exitCode = 2
  readonly problems: readonly PreflightProblem[]
  constructor(log: string, problems: readonly PreflightProblem[]) {
    super(unsafeTopicsMessage(log, problems))
    this.problems = problems
  }
}

/**
 * Creates the topics that are missing and checks all of them. Every service does this before it starts, `doctor` and `status` to show the result.
 * @returns What is unsafe, empty when nothing is; with `allowUnsafeTopics` the caller shows it.
 * @throws UnsafeTopicsError unless unsafe topics are allowed; LogUnavailableError.
 */
export const preflight = async (
  log: EventLog,
  specs: readonly TopicSpec[],
  { allowUnsafeTopics }: { readonly allowUnsafeTopics: boolean },
): Promise<{ readonly problems: readonly PreflightProblem[] }> => {
  await log.ensureTopics(specs)
  const inspections = await log.inspectTopics(specs)
  const problems = inspections.flatMap(({ name, problems }) => problems.map((problem) => ({ topic: name, ...problem })))
  if (problems.length > 0 && !allowUnsafeTopics) throw new UnsafeTopicsError(log.description, problems)
  return { problems }
}

/** One paragraph per problem; where several topics share one, it is told once for all of them. */
const unsafeTopicsMessage = (log: string, problems: readonly PreflightProblem[]): string => {
  const told = new Map<string, { problem: PreflightProblem; topics: Set<string> }>()
  for (const problem of problems) {
    const key = [problem.setting, problem.value, problem.needed].join()
    const same = told.get(key) ?? { problem, topics: new Set() }
    told.set(key, same)
    same.topics.add(problem.topic)
  }
  return [
    `The event log (${log}) may lose what it is given:`,
    ...[...told.values()].map(
      ({ problem: { setting, value, needed, howToFix }, topics }) => `  ${[...topics].join(', ')}: ${setting} is ${value}; needed is ${needed}.\n    To change it: ${howToFix}`,
    ),
    'To run on it all the same, for development on one machine: --allow-unsafe-topics, or ROLLCALL_ALLOW_UNSAFE_TOPICS=true.',
  ].join('\n')
}
