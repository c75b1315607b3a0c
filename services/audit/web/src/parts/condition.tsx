import type { ComponentChildren } from 'preact'
import type { ProblemError } from '../api/problem-error.ts'
import type { Asked } from '../api/use-answer.ts'

/** Shows an answer, or that it is awaited, or why there is none and what one can do about that. */
export function Condition<Answer>({ asked, what, children }: { asked: Asked<Answer>; what: string; children: (answer: Answer) => ComponentChildren }) {
  const { answer, problem, again } = asked
  if (answer === undefined && problem === undefined) return <Loading what={what} />
  if (answer === undefined && problem !== undefined) return <Failure problem={problem} again={again} />
  return (
    <>
      {problem !== undefined && <Stale problem={problem} again={again} />}
      {answer !== undefined && children(answer)}
    </>
  )
}

/** Grey bars where the answer will be. It appears only after a moment: most answers are sooner. */
const Loading = ({ what }: { what: string }) => (
  <div class="loading" role="status">
    <span class="quiet">Reading {what} …</span>
    <div class="bar" />
    <div class="bar" />
    <div class="bar short" />
  </div>
)

const Stale = ({ problem, again }: { problem: ProblemError; again: () => void }) => (
  <div class="notice warn" role="alert">
    <strong>{problem.message}.</strong> What is shown was answered before. {problem.detail} <Again again={again} />
  </div>
)

const Failure = ({ problem, again }: { problem: ProblemError; again: () => void }) => {
  const known = KNOWN[problem.kind]
  return (
    <div class="blank" role="alert">
      <div class={`blank-mark ${known?.mark ?? 'mark-problem'}`} aria-hidden="true" />
      <h2>{known?.title ?? problem.message}</h2>
      <p>{known?.means ?? problem.detail}</p>
      {known !== undefined && known.means !== problem.detail && <p class="quiet">{problem.detail}</p>}
      <p class="actions">
        {known?.retry !== false && <Again again={again} />}
        <a href="#/">All accounts</a>
      </p>
    </div>
  )
}

const Again = ({ again }: { again: () => void }) => (
  <button type="button" onClick={again}>
    Try again
  </button>
)

const KNOWN: Readonly<Record<string, { readonly title: string; readonly means: string; readonly mark: string; readonly retry?: false }>> = {
  forbidden: {
    title: 'Your token does not allow this',
    means: 'Somebody who may make tokens has to give you one with the scope that is named here.',
    mark: 'mark-lock',
    retry: false,
  },
  'unknown-account': { title: 'There is no such account', means: 'It may be spelled differently, or your token does not see it.', mark: 'mark-empty', retry: false },
  'not-found': { title: 'There is no such thing', means: 'The link may be old, or mistyped.', mark: 'mark-empty', retry: false },
  unreachable: { title: 'Rollcall does not answer', means: 'The connection failed. Nothing is lost: this page only reads.', mark: 'mark-problem' },
  'too-slow': { title: 'The question took too long', means: 'A narrower range is answered sooner.', mark: 'mark-problem' },
  'range-too-wide': { title: 'The range is too wide', means: 'Ask for less at once.', mark: 'mark-problem', retry: false },
}

/** Said where a list has nothing in it: what that means. */
export const Nothing = ({ children }: { children: ComponentChildren }) => <p class="nothing">{children}</p>
