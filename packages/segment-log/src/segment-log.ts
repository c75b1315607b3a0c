/** Append-only segments on disk: the ingest spool and the embedded event log. `openSegmentLog` opens one. */
export interface SegmentLog {
  /**
   * Seq of the first record, once all of them are on disk (fdatasync). Appends that arrive while one sync is in flight share the next.
   * One append is all or nothing. The bytes must not change until it settles.
   * Rejects with a SpoolFullError, SpoolReadOnlyError, SpoolWriteError, SpoolBusyError, SpoolUnusableError or RecordTooLargeError; nothing rejected is ever read back by this process.
   */
  append(records: readonly Uint8Array[]): Promise<bigint>
  /**
   * Records from `from` on (from the first held, if that is later), at least one if there is any, until `maxBytes` of payload.
   * Only durable records. Payloads are views into memory that the log shares: read, never write.
   */
  read(from: bigint, options: { readonly maxBytes: number }): Promise<readonly SegmentRecord[]>
  /**
   * `next` is one above the last durable record, and the seq of the next one, except after recovery cut a damaged end away: then
   * the next record is numbered above everything that may have been there, so that no number ever means two records.
   */
  bounds(): { readonly low: bigint; readonly next: bigint }
  /** Resolves when `bounds().next > seq`, or after `timeoutMs`, or on abort, or when the log closes. */
  waitBeyond(seq: bigint, options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<void>
  /**
   * Removes whole segments whose records are all below `seq` and older than `olderThan` (epoch ms), or below `seq` while the log exceeds `bytesMax`.
   * The newest segment stays: its name carries the numbering over a restart.
   */
  dropBefore(seq: bigint, retention: { readonly olderThan: number; readonly bytesMax: number }): Promise<void>
  /**
   * Finds out whether an append could be written now, where none is under way. A segment that was removed under the log is put back, and after a failure a
   * new one is begun. Rejects with why nothing can be written.
   */
  look(): Promise<void>
  /**
   * `quarantinedBytes` counts damaged bytes found so far; older segments are checked in the background after opening, and again on every read.
   * `writingMs`: for how long the disk has been at work on the group that it has now; 0 while it has none.
   */
  stats(): { readonly bytes: number; readonly segments: number; readonly quarantinedBytes: number; readonly writingMs: number }
  close(): Promise<void>
}

export interface SegmentRecord {
  readonly seq: bigint
  /** Epoch milliseconds. */
  readonly appendedAt: number
  readonly payload: Uint8Array
}
