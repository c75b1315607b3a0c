/**
 * Certifies the windows that have just become provisional, final or amended: of each its calls as leaves without anything personal, their
 * tree, the certificate over it. Saved in the transaction that moves the windows, and told in the audit log after it.
 */
import { hash } from 'node:crypto'
import type { CallRecord } from '@rollcall/domain/call/record'
import { callLeaf, leafKey } from '@rollcall/domain/certificate/call-leaf'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { CERTIFIED_STATES, type CertifiedState, type WindowCertificate, windowCertificate } from '@rollcall/domain/certificate/window-certificate'
import type { Instant } from '@rollcall/domain/time'
import { contains, type Window } from '@rollcall/domain/window/window'
import type { Transition } from '@rollcall/domain/window/window-state'
import { ensureSalts } from '@rollcall/store/certificate/call-salts'
import { readNewestCertificates } from '@rollcall/store/certificate/read-newest-certificates'
import { type CertificateRow, saveCertificates } from '@rollcall/store/certificate/save-certificates'
import type { Queryable } from '@rollcall/store/queryable'
import { readCallsCreatedBetween } from '@rollcall/store/read-calls'
import type { CountedScan } from '@rollcall/store/reconcile/read-windows'
import { commit } from '@rollcall/transparency-log/window/commit'
import { packLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { createWindowTree } from '@rollcall/transparency-log/window/window-tree'
import { isCreatedIn } from './is-created-in.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { ScanEvidence } from './scan-evidence.ts'
import { softwareOf } from './software.ts'

interface Move {
  readonly window: Window
  readonly transition: Transition<CountedScan>
}

/** @param evidence null: the windows moved by scans of before, whose calls are read again. Returns the certificates, in the order of the moves. */
export const certifyWindows = async (
  deps: ReconcilerDeps,
  tx: Queryable,
  moves: readonly Move[],
  evidence: Pick<ScanEvidence, 'rows' | 'held'> | null,
  at: Instant,
): Promise<readonly WindowCertificate[]> => {
  const certified = moves.flatMap(({ window, transition }) => {
    const { state } = transition.to
    return isCertified(state) ? [{ window, state, scans: transition.evidence }] : []
  })
  if (certified.length === 0) return []
  const previous = await readNewestCertificates(
    tx,
    deps.account,
    certified.map(({ window }) => window.from),
  )
  const software = softwareOf(deps)
  const made: { readonly certificate: WindowCertificate; readonly row: CertificateRow }[] = []
  for (const { window, state, scans } of certified) {
    const held = evidence === null ? await readCallsCreatedBetween(tx, deps.account, window.from, window.to) : evidence.held
    const calls = held.filter((call) => isCreatedIn(window, call))
    const leaves = await leavesOf(tx, deps.account, calls)
    const root = createWindowTree(leaves, leafKey).root.toString('hex')
    const certificate = windowCertificate({
      account: deps.account,
      window,
      state,
      previous: previous.get(window.from) ?? null,
      at,
      calls,
      root,
      listed: evidence === null ? null : evidence.rows.filter((row) => contains(window, row.createdAt)).map(({ facts }) => facts.values),
      scans,
      software,
      clockSkewMs: deps.vendorClock.skewMs(),
    })
    const value = canonicalJson(certificate)
    const { sequence } = certificate
    const row = { windowFrom: window.from, sequence, state, certifiedAt: at, root, leaves: leaves.length, sha256: hash('sha256', value), value, packedLeaves: packLeaves(leaves) }
    made.push({ certificate, row })
  }
  await saveCertificates(
    tx,
    deps.account,
    made.map(({ row }) => row),
  )
  return made.map(({ certificate }) => certificate)
}

const isCertified = (state: string): state is CertifiedState => (CERTIFIED_STATES as readonly string[]).includes(state)

/** A leaf for each call, sorted by CallSid. */
const leavesOf = async (tx: Queryable, account: string, calls: readonly CallRecord[]): Promise<readonly string[]> => {
  const salts = await ensureSalts(
    tx,
    account,
    calls.map(({ callSid }) => callSid),
  )
  return calls
    .toSorted((a, b) => (a.callSid < b.callSid ? -1 : 1))
    .map((call) => {
      const salt = salts.get(call.callSid) ?? null
      return callLeaf(call, salt === null ? null : (name, value) => commit(salt, name, value))
    })
}
