import type { AccessItem } from '@rollcall/contracts/audit-api/access-log'
import { At } from '../parts/at.tsx'
import { linkTo } from '../route/route.ts'
import { kindName } from './words.ts'

/** What a deed was about, with a link where that has a view. */
export const DeedOf = ({ account, item }: { account: string; item: AccessItem }) => {
  switch (item.type) {
    case 'reveal':
      return <CallLink account={account} callSid={item.callSid} />
    case 'export':
      return (
        <>
          <At time={item.range.from} bare /> to <At time={item.range.to} bare />
        </>
      )
    case 'exception-action':
      return <a href={linkTo({ page: 'exception', account, id: item.exception })}>{kindName(item)}</a>
    case 'erasure':
      return 'callSid' in item.erased ? (
        <CallLink account={account} callSid={item.erased.callSid} />
      ) : (
        <>
          created before <At time={item.erased.createdBefore} bare />
        </>
      )
    case 'token-created':
    case 'token-revoked':
      return (
        <>
          <span class="mono">{item.token.id}</span> {item.token.scopes.join(', ')}
          <span class="quiet">
            {item.token.allAccounts ? ' of all accounts' : ''} until <At time={item.token.expiresAt} bare />
          </span>
        </>
      )
    default:
      return item satisfies never
  }
}

const CallLink = ({ account, callSid }: { account: string; callSid: string }) => (
  <a class="mono sid-link" href={linkTo({ page: 'call', account, callSid, asOf: null })}>
    {callSid}
  </a>
)
