import { AccountsNotice, type ReportAnswer, ReportRequest, type WorkerReport } from './worker-report.ts'

/** Has this worker answer its primary's questions, and do what it is told. */
export const answerPrimary = (report: () => Promise<WorkerReport>, rereadAccounts: () => Promise<void>): void => {
  process.on('message', (message) => {
    if (AccountsNotice.safeParse(message).success) return void rereadAccounts()
    const request = ReportRequest.safeParse(message)
    if (!request.success) return
    const { id } = request.data
    report().then(
      (given) => process.send?.({ kind: 'report', id, report: given } satisfies ReportAnswer),
      () => {},
    )
  })
}
