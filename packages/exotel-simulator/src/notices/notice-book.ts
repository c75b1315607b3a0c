import type { LedgerHeartbeat, LedgerNotice, LedgerSms } from './ledger-notice.ts'

const DROP_NOTICES_MAX = 1_000

/** What has been told beside calls, newest last. */
export interface NoticeBook {
  add(notice: LedgerNotice): void
  /** The last one so far. */
  heartbeat(): LedgerHeartbeat | undefined
  sms(smsSid: string): LedgerSms | undefined
  all(): readonly LedgerNotice[]
}

/** Keeps at most noticesMax and a few more; beyond that the oldest are forgotten. */
export const createNoticeBook = (noticesMax: number): NoticeBook => {
  const notices: LedgerNotice[] = []
  let last: LedgerHeartbeat | undefined
  const messages = new Map<string, LedgerSms>()
  return {
    add(notice) {
      notices.push(notice)
      if (notice.kind === 'sms') messages.set(notice.smsSid, notice)
      else last = notice
      if (notices.length < noticesMax + DROP_NOTICES_MAX) return
      for (const old of notices.splice(0, DROP_NOTICES_MAX)) if (old.kind === 'sms') messages.delete(old.smsSid)
    },
    heartbeat: () => last,
    sms: (smsSid) => messages.get(smsSid),
    all: () => notices,
  }
}
