import { At } from '../parts/at.tsx'
import { durationText } from '../time/duration.ts'

/** The value of a field as it is read: a time in IST, a length in words, anything else verbatim. */
export const FieldText = ({ field, value }: { field: string; value: string }) => {
  if (field.endsWith('At') && !Number.isNaN(Date.parse(value))) return <At time={value} />
  if (field.endsWith('Seconds') && value !== '')
    return (
      <>
        {value} s{Number(value) >= 60 && <span class="quiet"> ({durationText(Number(value))})</span>}
      </>
    )
  if (field === 'price')
    return (
      <>
        <span class="mono">{value}</span> <span class="quiet">in the account’s currency</span>
      </>
    )
  return <span class="mono">{value}</span>
}
