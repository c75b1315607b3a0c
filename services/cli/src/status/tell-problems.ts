import type { PreflightProblem } from '@rollcall/event-log/preflight'

/** Unsafe topic settings, each told once with the topics that share it. Pure. */
export const tellProblems = (problems: readonly PreflightProblem[]): readonly string[] => {
  const topics = new Map<string, string[]>()
  for (const { topic, setting, value, needed } of problems) {
    const told = `unsafe: ${setting} is ${value}; needed is ${needed}`
    topics.set(told, [...(topics.get(told) ?? []), topic])
  }
  return [...topics].map(([told, names]) => `${told} (${names.length === 1 ? names[0] : `${names.length} topics`})`)
}
