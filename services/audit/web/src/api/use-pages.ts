import type { AnswerOf } from '@rollcall/contracts/audit-api/routes'
import { useState } from 'preact/hooks'
import { ask } from './ask.ts'
import type { Question } from './paths.ts'
import { ProblemError } from './problem-error.ts'
import { type Asked, useAnswer } from './use-answer.ts'

type Listed = 'accessLog' | 'calls' | 'exceptions' | 'runs'
type ItemOf<Name extends Listed> = AnswerOf<Name>['items'][number]

/** A list, page by page: the first as any answer, then what was asked for further. `more` is null at the end. */
export interface Paged<Item> {
  readonly items: readonly Item[]
  readonly more: (() => void) | null
  readonly busy: boolean
  readonly problem: ProblemError | null
}

/** The pages after a first one that is already there. */
export const useMore = <Name extends Listed>(route: Name, question: Question, first: AnswerOf<Name> | undefined): Paged<ItemOf<Name>> => {
  const [rest, setRest] = useState<{ items: readonly ItemOf<Name>[]; next: string | null } | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const next = rest === null ? (first?.next ?? null) : rest.next
  const more = async (cursor: string) => {
    setBusy(true)
    setProblem(null)
    try {
      const { answer } = await ask(route, { ...question, query: { ...question.query, cursor } })
      setRest((before) => ({ items: [...(before?.items ?? []), ...(answer.items as ItemOf<Name>[])], next: answer.next }))
    } catch (error) {
      setProblem(error instanceof ProblemError ? error : new ProblemError('internal', 'The page failed', String(error)))
    }
    setBusy(false)
  }
  return {
    items: [...((first?.items ?? []) as ItemOf<Name>[]), ...(rest?.items ?? [])],
    more: next === null ? null : () => void more(next).catch(() => undefined),
    busy,
    problem,
  }
}

/** A whole list by its question. While only its first page is shown it may be live; further pages stand still. */
export const usePages = <Name extends Listed>(route: Name, question: Question, { live = false } = {}): { asked: Asked<AnswerOf<Name>>; paged: Paged<ItemOf<Name>> } => {
  const asked = useAnswer(route, question, { live })
  return { asked, paged: useMore(route, question, asked.answer) }
}
