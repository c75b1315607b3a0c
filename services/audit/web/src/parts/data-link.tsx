import { type AskedRoute, addressOf, type Question } from '../api/paths.ts'

/** Takes away what a view shows, exactly as it was answered. */
export const DataLink = ({ route, question, name }: { route: AskedRoute; question: Question; name: string }) => (
  <a class="button" href={addressOf(route, question)} download={`${name}.json`} data-tip="What this view shows, as the API answers it">
    <span aria-hidden="true">↓</span> JSON
  </a>
)
