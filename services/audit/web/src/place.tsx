import { AccessLog } from './pages/access-log.tsx'
import { Accounts } from './pages/accounts.tsx'
import { Call } from './pages/call.tsx'
import { Calls } from './pages/calls.tsx'
import { Day } from './pages/day.tsx'
import { ExceptionPage } from './pages/exception.tsx'
import { Exceptions } from './pages/exceptions.tsx'
import { Run } from './pages/run.tsx'
import { Runs } from './pages/runs.tsx'
import { Unknown } from './pages/unknown.tsx'
import { WindowPage } from './pages/window.tsx'
import { Year } from './pages/year.tsx'
import type { Route } from './route/route.ts'

/** The view that a route names. */
export const Place = ({ route }: { route: Route }) => {
  switch (route.page) {
    case 'accounts':
      return <Accounts />
    case 'year':
      return <Year route={route} key={route.account} />
    case 'day':
      return <Day route={route} key={route.account} />
    case 'window':
      return <WindowPage route={route} key={route.from} />
    case 'calls':
      return <Calls route={route} key={JSON.stringify(route)} />
    case 'call':
      return <Call route={route} key={route.callSid} />
    case 'exceptions':
      return <Exceptions route={route} key={JSON.stringify(route)} />
    case 'exception':
      return <ExceptionPage route={route} key={route.id} />
    case 'runs':
      return <Runs route={route} key={route.account} />
    case 'run':
      return <Run route={route} key={route.run} />
    case 'access-log':
      return <AccessLog route={route} key={JSON.stringify(route)} />
    case 'unknown':
      return <Unknown />
    default:
      return route satisfies never
  }
}
