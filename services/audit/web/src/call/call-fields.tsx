import type { CallAnswer } from '@rollcall/contracts/audit-api/call'
import type { Position } from '@rollcall/contracts/audit-api/words'
import { At } from '../parts/at.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { fieldName } from './field-names.ts'
import { FieldText } from './field-value.tsx'
import { placeText, showPlace } from './place-link.ts'
import { SourceMark } from './source-mark.tsx'

/** Each field of the call record: its value, who said so, which observation won it, and what lost. */
export const CallFields = ({ fields }: { fields: CallAnswer['fields'] }) => (
  <Scroller label="What is known of the call">
    <table>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Value</th>
          <th scope="col">Said by</th>
          <th scope="col">As of (IST)</th>
          <th scope="col">Won by</th>
          <th scope="col">Lost</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(fields).map(([field, { value, masked, source, vendorTime, wonBy, lost }]) => (
          <tr key={field}>
            <th scope="row">
              {fieldName(field)}
              {fieldName(field) !== field && <span class="quiet mono field-code"> {field}</span>}
            </th>
            <td>
              <FieldText field={field} value={value} />
              {masked && <span class="quiet"> masked</span>}
            </td>
            <td>
              <SourceMark source={source} />
            </td>
            <td>{vendorTime === null ? '–' : <At time={vendorTime} bare show="clock" />}</td>
            <td>{wonBy === null ? <span class="quiet">not shown</span> : <PlaceButton position={wonBy} />}</td>
            <td>
              {lost.length === 0 ? (
                <span class="quiet">–</span>
              ) : (
                <ul>
                  {lost.map((claim) => (
                    <li key={`${placeText(claim.by)}${claim.value}`}>
                      <s class="mono">{claim.value}</s> <SourceMark source={claim.source} /> <PlaceButton position={claim.by} />
                    </li>
                  ))}
                </ul>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroller>
)

const PlaceButton = ({ position }: { position: Position }) => (
  <button type="button" class="place mono" onClick={(event) => showPlace(event, position)} aria-label={`Show the observation at ${placeText(position)}`}>
    {placeText(position)}
  </button>
)
