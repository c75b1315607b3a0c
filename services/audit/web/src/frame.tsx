import type { SessionAnswer } from '@rollcall/contracts/audit-api/session'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { applyTheme, keptTheme, THEMES, type Theme } from './parts/theme.ts'
import { linkTo, type Route } from './route/route.ts'
import { istClock } from './time/ist.ts'

/** What stands around every view: the name, where one can go, whether it is live, light or dark, who is here. */
export const Frame = ({
  route,
  session,
  paused,
  setPaused,
  heardAt,
  signOut,
  children,
}: {
  route: Route
  session: SessionAnswer
  paused: boolean
  setPaused: (paused: boolean) => void
  heardAt: { at: number; changedAt: number | null } | null
  signOut: () => Promise<void>
  children: ComponentChildren
}) => {
  const main = useRef<HTMLElement>(null)
  const address = linkTo(route)
  const shown = useRef(address)
  // Going somewhere else moves the focus there, as loading a page would; a switch of what is shown of the same thing does not.
  // Before it is painted, so no key goes to what was there.
  useLayoutEffect(() => {
    const before = shown.current.split('?')[0]
    shown.current = address
    if (before === address.split('?')[0]) return
    main.current?.focus({ preventScroll: true })
    scrollTo({ top: 0 })
  }, [address])

  return (
    <>
      <a class="skip" href={address} onClick={(event) => skipTo(event, main.current)}>
        To the content
      </a>
      <header class="top">
        <div class="top-row">
          <a class="brand" href="#/">
            <span class="brand-mark" aria-hidden="true" />
            Rollcall
          </a>
          <div class="top-tools">
            <LiveSwitch paused={paused} setPaused={setPaused} heardAt={heardAt} />
            <ThemeSwitch />
            <span class="who" data-tip={`May: ${session.scopes.join(', ')}`}>
              {session.subject}
            </span>
            <button type="button" class="plain" onClick={() => signOut().catch(() => undefined)}>
              Sign out
            </button>
          </div>
        </div>
        {'account' in route && <AccountNav account={route.account} page={route.page} />}
      </header>
      <main ref={main} id="main" tabIndex={-1}>
        {children}
      </main>
      <footer class="foot">Times are IST (UTC+05:30). Point at a time, or move the focus to it, for UTC. What may be about a person is masked.</footer>
    </>
  )
}

const skipTo = (event: Event, main: HTMLElement | null) => {
  event.preventDefault()
  main?.focus()
}

const AccountNav = ({ account, page }: { account: string; page: Route['page'] }) => {
  const places: readonly (readonly [string, string, readonly Route['page'][]])[] = [
    ['Days', linkTo({ page: 'year', account, measure: 'completeness', until: null }), ['year', 'day', 'window']],
    ['Calls', linkTo({ page: 'calls', account, filter: {} }), ['calls', 'call']],
    ['Exceptions', linkTo({ page: 'exceptions', account, kind: null, state: 'not-closed' }), ['exceptions', 'exception']],
    ['Runs', linkTo({ page: 'runs', account }), ['runs', 'run']],
    ['Access log', linkTo({ page: 'access-log', account, filter: {} }), ['access-log']],
  ]
  return (
    <nav class="account-nav" aria-label={`Account ${account}`}>
      <span class="account-name">{account}</span>
      {places.map(([name, href, pages]) => (
        <a key={name} href={href} {...(pages.includes(page) ? { 'aria-current': 'page' as const } : {})}>
          {name}
        </a>
      ))}
    </nav>
  )
}

/** A screen reader hears of changes at most so often. */
const ANNOUNCE_EVERY_MS = 30_000

const LiveSwitch = ({ paused, setPaused, heardAt }: { paused: boolean; setPaused: (paused: boolean) => void; heardAt: { at: number; changedAt: number | null } | null }) => {
  const [announced, setAnnounced] = useState<number | null>(null)
  const changedAt = heardAt?.changedAt ?? null
  useEffect(() => {
    if (changedAt !== null && (announced === null || changedAt - announced >= ANNOUNCE_EVERY_MS)) setAnnounced(changedAt)
  }, [changedAt, announced])
  return (
    <span class="live">
      <button type="button" class={`plain live-button ${paused ? 'is-paused' : ''}`} aria-pressed={!paused} onClick={() => setPaused(!paused)}>
        <span class="live-dot" aria-hidden="true" />
        {paused ? 'Paused' : 'Live'}
      </button>
      {heardAt !== null && <span class="quiet live-at">as of {istClock(new Date(heardAt.at).toISOString())} IST</span>}
      <span class="unseen" role="status" aria-live="polite">
        {announced !== null && !paused ? `What is shown changed at ${istClock(new Date(announced).toISOString())} IST` : ''}
      </span>
    </span>
  )
}

const THEME_NAMES: Readonly<Record<Theme, string>> = { system: 'System colours', light: 'Light', dark: 'Dark' }

const ThemeSwitch = () => {
  const [theme, setTheme] = useState(keptTheme)
  return (
    <label class="theme">
      <span class="unseen">Colours</span>
      <select
        value={theme}
        onChange={({ currentTarget }) => {
          const chosen = THEMES.find((known) => known === currentTarget.value) ?? 'system'
          applyTheme(chosen)
          setTheme(chosen)
        }}
      >
        {THEMES.map((known) => (
          <option key={known} value={known}>
            {THEME_NAMES[known]}
          </option>
        ))}
      </select>
    </label>
  )
}
