import { createHash } from 'node:crypto'
import type { SignedDay, SignOffBody, SignOffItem, SignOffsAnswer } from '@rollcall/contracts/audit-api/sign-off'
import type { WindowItem } from '@rollcall/contracts/audit-api/window'
import { certificatesOf } from './evidence.ts'

/** Sign-offs of the made-up accounts, by `account/day`, newest first. */
export type SignOffs = Map<string, readonly SignOffItem[]>

const DAY_MS = 86_400_000

/** Of a day, with its windows. One that has amended windows was signed before they were. */
export const signOffsOf = (account: string, day: string, windows: readonly WindowItem[], signed: SignOffs): SignOffsAnswer => {
  const now = signedNow(account, windows)
  const before =
    now.amended === 0
      ? []
      : [signOffOf({ ...now, final: now.final + now.amended, amended: 0, digest: '0'.repeat(64) }, Date.parse(windows[0]?.from ?? '') + 2 * DAY_MS, 'ravi', 4_999, null)]
  const signOffs = [...(signed.get(`${account}/${day}`) ?? []), ...before]
  return { account, day, digest: now.digest, signOffs: signOffs.map((one) => ({ ...one, unchanged: one.signed.digest === now.digest })) }
}

/** Somebody signs it now. */
export const sign = (
  account: string,
  day: string,
  windows: readonly WindowItem[],
  signed: SignOffs,
  { note = null }: { note?: SignOffBody['note'] | null },
  at: number,
  by: string,
): SignOffsAnswer => {
  const before = signed.get(`${account}/${day}`) ?? []
  signed.set(`${account}/${day}`, [signOffOf(signedNow(account, windows), at, by, 9_500 + before.length, note), ...before])
  return signOffsOf(account, day, windows, signed)
}

const signOffOf = (signed: SignedDay, at: number, by: string, leaf: number, note: string | null): SignOffItem => ({
  position: { partition: 0, offset: String(leaf) },
  at: new Date(at).toISOString(),
  by,
  signed,
  note,
  unchanged: true,
})

const signedNow = (account: string, windows: readonly WindowItem[]): SignedDay => {
  const sum = (of: (window: WindowItem) => number) => windows.reduce((total, window) => total + of(window), 0)
  const inState = (wanted: string) => windows.filter(({ state }) => state === wanted).length
  const newest = windows
    .map((window) => certificatesOf(account, window).at(-1))
    .map((one) => (one === undefined ? '' : `${one.certificate.window.from} ${one.sequence} ${one.state} ${one.sha256}\n`))
  return {
    final: inState('final'),
    amended: inState('amended'),
    listed: sum(({ listed }) => listed),
    exact: sum(({ exact }) => exact),
    unlisted: sum(({ unlisted }) => unlisted),
    claims: sum(({ claims }) => claims),
    digest: createHash('sha256').update(newest.join('')).digest('hex'),
  }
}
