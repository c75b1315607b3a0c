import { type Balance, isBalanced } from './compare-ledger.ts'

const SHOWN_MAX = 5

/** The balance in words. Sids are Exotel's names of calls, no personal data. Pure. */
export const renderBalance = (balance: Balance): readonly string[] => {
  const { calls, webhooksLost, lostCalls, foundAgain, missing, extra, differing } = balance
  return [
    `Balance: ${calls} calls made, ${webhooksLost} webhooks lost on purpose; of ${lostCalls} calls that lost one, ${foundAgain} found again, ${lostCalls - foundAgain} still missing.`,
    `Postgres and the ledger of what was true are equal: ${isBalanced(balance) ? 'yes' : 'no'}.`,
    ...some('not held', missing, ', '),
    ...some('held, never made', extra, ', '),
    ...some('held otherwise than it was', differing.map(withoutPhones), '; '),
  ]
}

const some = (what: string, items: readonly string[], separator: string): readonly string[] => {
  if (items.length === 0) return []
  const rest = items.length - SHOWN_MAX
  return [`  ${what}: ${items.slice(0, SHOWN_MAX).join(separator)}${rest > 0 ? ` and ${rest} more` : ''}`]
}

/** Made up or not, a phone number is not printed: the field's name says enough. */
const withoutPhones = (difference: string): string => difference.replace(/ (from|to): .*$/s, ' $1 differs')
