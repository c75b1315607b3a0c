import { ACCESS_CONDITIONS, type AccessFilter, linkTo } from '../route/route.ts'
import { fromIstField, toIstField } from '../time/ist.ts'
import { TYPES } from './words.ts'

/** Which deeds are listed. Choosing goes to another address, so a list can be sent to somebody. */
export const AccessFilterForm = ({ account, filter }: { account: string; filter: AccessFilter }) => {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget as HTMLFormElement)
    const read = { from: fromIstField(String(given.get('from'))), to: fromIstField(String(given.get('to'))), type: String(given.get('type')) }
    location.hash = linkTo({ page: 'access-log', account, filter: Object.fromEntries(ACCESS_CONDITIONS.flatMap((key) => (read[key] ? [[key, read[key]]] : []))) })
  }
  return (
    <form class="filters card" onSubmit={submit} aria-label="Which deeds">
      <label>
        From (IST)
        <input type="datetime-local" name="from" step="1" defaultValue={filter.from === undefined ? '' : toIstField(filter.from)} />
      </label>
      <label>
        Until (IST)
        <input type="datetime-local" name="to" step="1" defaultValue={filter.to === undefined ? '' : toIstField(filter.to)} />
      </label>
      <label>
        What
        <select name="type" defaultValue={filter.type ?? ''}>
          <option value="">anything</option>
          {Object.entries(TYPES).map(([value, words]) => (
            <option key={value} value={value} selected={filter.type === value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="main">
        Show
      </button>
    </form>
  )
}
