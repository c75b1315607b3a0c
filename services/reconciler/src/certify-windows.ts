/**
 * Certifies the windows that have just become provisional, final or amended: of each its calls as leaves without anything personal, their
 * tree, the certificate over it. Saved in the transaction that moves the windows, and told in the audit log after it.
 */
import { hash } from 'node:crypto'
import { type CallRecord, fieldOf } from '@rollcall/domain/call/record'
import { callLeaf, leafKey } from '@rollcall/domain/certificate/call-leaf'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { CERTIFIED_STATES, type CertifiedState, type WindowCertificate, windowCertificate } from '@rollcall/domain/certificate/window-certificate'
import type { Instant } from '@rollcall/domain/time'
import { byWindow } from '@rollcall/domain/window/by-window'
import type { Window } from '@rollcall/domain/window/window'
import type { Transition } from '@rollcall/domain/window/window-state'
import { ensureSalts } from '@rollcall/store/certificate/call-salts'
import { readNewestCertificates } from '@rollcall/store/certificate/read-newest-certificates'
import { saveCertificate } from '@rollcall/store/certificate/save-certificate'
import type { Queryable } from '@rollcall/store/queryable'
import { readCallsCreatedBetween } from '@rollcall/store/read-calls'
import type { CountedScan } from '@rollcall/store/reconcile/read-windows'
import { commit } from '@rollcall/transparency-log/window/commit'
import { packLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { createWindowTree } from '@rollcall/transparency-log/window/window-tree'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import type { ScanEvidence } from './scan-evidence.ts'
import { softwareOf } from './software.ts'

interface Move {
  readonly window: Window
  readonly transition: Transition<CountedScan>
}

/**
 * Returns the certificates, in the order of the moves.
 * @param evidence of the scan that was made now. A window that moves by scans of before, though this one covered it, is certified from what is held
 * and without a listing: its certificate names those scans, and must not tell of another.
 */
export const certifyWindows = async (
  deps: ReconcilerDeps,
  tx: Queryable,
  moves: readonly Move[],
  evidence: Pick<ScanEvidence, 'scanId' | 'rows' | 'held'> | null,
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
  const heldNow = byWindow(evidence?.held ?? [], createdAtOf)
  const listedNow = byWindow(evidence?.rows ?? [], ({ createdAt }) => createdAt)
  const certificates: WindowCertificate[] = []
  for (const { window, state, scans } of certified) {
    const isNow = scans.some(({ scan }) => scan === evidence?.scanId)
    const calls = isNow ? (heldNow.get(window.from) ?? []) : await readCallsCreatedBetween(tx, deps.account, window.from, window.to)
    const leaves = await leavesOf(tx, deps.account, calls)
    const root = createWindowTree(leaves, leafKey).root.toString('hex')
    const certificate = windowCertificate({
      account: deps.account,
      window,
      utcOffsetMinutes: deps.utcOffsetMinutes,
      state,
      previous: previous.get(window.from) ?? null,
      at,
      calls,
      root,
      listed: isNow ? (listedNow.get(window.from) ?? []).map(({ facts }) => facts.values) : null,
      scans,
      software,
      clockSkewMs: deps.vendorClock.skewMs(),
    })
    const value = canonicalJson(certificate)
    const { sequence } = certificate
    // Window by window: a scan of a day may move 288, with a million calls.
    await saveCertificate(tx, deps.account, {
      windowFrom: window.from,
      sequence,
      state,
      certifiedAt: at,
      root,
      leaves: leaves.length,
      sha256: hash('sha256', value),
      value,
      packedLeaves: packLeaves(leaves),
    })
    certificates.push(certificate)
  }
  return certificates
}

const createdAtOf = (call: CallRecord): Instant | null => {
  const createdAt = fieldOf(call, 'createdAt')
  return createdAt === null ? null : Date.parse(createdAt)
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
