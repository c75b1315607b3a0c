import { useEffect, useState } from 'preact/hooks'
import { linkTo, type Route, readRoute } from './route.ts'

/** The route that the address shows now, and after every link, going back and going forward. */
export const useRoute = (): Route => {
  const [fragment, setFragment] = useState(location.hash)
  useEffect(() => {
    const changed = () => setFragment(location.hash)
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return readRoute(fragment)
}

/** Goes there; going back returns. */
export const goTo = (route: Route): void => {
  location.hash = linkTo(route)
}
