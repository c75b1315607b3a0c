import type { WindowItem } from '@rollcall/contracts/audit-api/window'
import { isClosed } from '../day/hours.ts'
import type { Verdict } from '../measures/sentence.ts'
import { counted, countText } from '../measures/share.ts'

/** Is this window complete? Pure. */
export const windowVerdict = ({ state, listed, exact, scans }: Pick<WindowItem, 'state' | 'listed' | 'exact' | 'scans'>): Pick<Verdict, 'answer' | 'because'> => {
  if (state === null) return { answer: 'Not proven yet', because: ', because reconciliation has not taken it on.' }
  if (isClosed(state)) {
    if (exact < listed)
      return {
        answer: 'Not complete',
        because: `, because ${countText(listed - exact)} of the ${counted(listed, 'call')} that Exotel listed ${listed - exact === 1 ? 'is' : 'are'} not held as listed.`,
      }
    return {
      answer: 'Complete',
      because:
        listed === 0
          ? ', because it is closed and Exotel listed no call.'
          : `, because it is closed and every one of the ${counted(listed, 'call')} that Exotel lists is held exactly.`,
    }
  }
  if (state === 'gap') return { answer: 'Not proven, and never will be', because: ', because it was not final when Exotel ceased to answer for it.' }
  return { answer: 'Not proven yet', because: state === 'open' ? ', because it is under way.' : `, because it is ${state} after ${counted(scans, 'scan')}.` }
}
