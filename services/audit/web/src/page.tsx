import type { SessionAnswer } from '@rollcall/contracts/audit-api/session'
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import { act, ask, forgetAnswers } from './api/ask.ts'
import { ProblemError } from './api/problem-error.ts'
import { Frame } from './frame.tsx'
import { Live } from './parts/live.ts'
import { Tip } from './parts/tip.tsx'
import { Place } from './place.tsx'
import { linkTo } from './route/route.ts'
import { useRoute } from './route/use-route.ts'
import { Session } from './session/session.ts'
import { SignIn } from './session/sign-in.tsx'
import { SignedOut } from './session/signed-out.ts'

type Who = { readonly state: 'asking' } | { readonly state: 'in'; readonly session: SessionAnswer } | { readonly state: 'out'; readonly problem: ProblemError | null }

/** The whole page: who is here, then the frame with the view that the address names. */
export const Page = ({ token }: { token: string | null }) => {
  const route = useRoute()
  const [who, setWho] = useState<Who>({ state: 'asking' })
  const [paused, setPaused] = useState(false)
  const [heardAt, setHeardAt] = useState<{ at: number; changedAt: number | null } | null>(null)

  const signIn = useCallback(async (given: string) => {
    forgetAnswers()
    setWho({ state: 'in', session: await act('signIn', {}, undefined, { authorization: `Bearer ${given}` }) })
  }, [])
  const signOut = useCallback(async () => {
    await act('signOut', {}).catch(() => undefined)
    forgetAnswers()
    setWho({ state: 'out', problem: null })
  }, [])
  const signedOut = useCallback((problem: ProblemError) => setWho({ state: 'out', problem }), [])
  const heard = useCallback((changed: boolean) => setHeardAt((before) => ({ at: Date.now(), changedAt: changed ? Date.now() : (before?.changedAt ?? null) })), [])
  // What was heard of another view says nothing of this one.
  useEffect(() => setHeardAt(null), [linkTo(route)])
  const live = useMemo(() => ({ paused, heard }), [paused, heard])

  useEffect(() => {
    const whoIsThere = token === null ? ask('session', {}).then(({ answer }) => setWho({ state: 'in', session: answer })) : signIn(token)
    whoIsThere.catch((error: unknown) => setWho({ state: 'out', problem: error instanceof ProblemError && (token !== null || error.kind !== 'unauthenticated') ? error : null }))
  }, [token, signIn])

  if (who.state === 'asking') return <p class="asking">Opening Rollcall …</p>
  if (who.state === 'out') return <SignIn problem={who.problem} signIn={signIn} />
  return (
    <Session.Provider value={who.session}>
      <SignedOut.Provider value={signedOut}>
        <Live.Provider value={live}>
          <Frame route={route} session={who.session} paused={paused} setPaused={setPaused} heardAt={heardAt} signOut={signOut}>
            <Place route={route} />
          </Frame>
          <Tip />
        </Live.Provider>
      </SignedOut.Provider>
    </Session.Provider>
  )
}
