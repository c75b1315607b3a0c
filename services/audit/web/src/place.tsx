import { Accounts } from './pages/accounts.tsx'
import { Day } from './pages/day.tsx'
import { Unknown } from './pages/unknown.tsx'
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
    default:
      return <Unknown />
  }
}
