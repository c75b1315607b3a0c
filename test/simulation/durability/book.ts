/** What happened to each delivery, noted where it happened, outside of what is tested; and what in it cannot be right. */
import type { LogRecord } from '@rollcall/event-log/event-log'
import type { Durability } from '@rollcall/ingest/keep-delivery'
import { SWEEP_MS } from '@rollcall/ingest/spool/ack-waiters'

export interface Finding {
  readonly kind:
    | 'lost'
    | 'lost-silently'
    | 'altered'
    | 'invented'
    | 'refused-but-sent'
    | 'falsely-acknowledged'
    | 'waited-too-long'
    | 'never-answered'
    | 'out-of-order'
    | 'projection-differs'
    | 'applied-not-once'
    | 'not-published'
    | 'never-drained'
    | 'false-alarm'
    | 'halted'
    | 'broke'
  readonly about: string
}

export interface Attempt {
  readonly id: string
  /** Of the webhook. */
  readonly number: number
  readonly life: string
  seq: bigint | null
  state: 'received' | 'spooled' | 'kept' | 'refused'
}

export interface Book {
  received(life: string, id: string, number: number): void
  spooled(id: string, seq: bigint): void
  /** `lateMs`: how much longer the answer took, once the delivery was on disk, than a request waits for the log. */
  kept(id: string, durability: Durability, lateMs: number): void
  refused(id: string): void
  sent(life: string, records: readonly LogRecord[]): void
  acknowledged(ids: readonly string[]): void
  paused(life: string): void
  attempts(): ReadonlyMap<string, Attempt>
  find(kind: Finding['kind'], about: string): void
  findings(): readonly Finding[]
  /** Holds what can only be told when all is known. `running`: the process that receives at the end. */
  checkEnd(running: string | null): void
}

const FINDINGS_MAX = 10
/** A sweep may come one step late, and the machine takes a moment. */
const LATE_MS_MAX = 2 * SWEEP_MS + 5

export const createBook = (holdsId: (id: string) => boolean): Book => {
  const attempts = new Map<string, Attempt>()
  const findings: Finding[] = []
  const pausedLives = new Set<string>()
  /** What each process sent, each delivery once, in the order in which it first did. */
  const firstSent = new Map<string, Set<string>>()
  const find = (kind: Finding['kind'], about: string): void => {
    if (findings.length < FINDINGS_MAX) findings.push({ kind, about })
  }
  const attempt = (id: string): Attempt => {
    const found = attempts.get(id)
    if (found === undefined) throw new Error(`delivery ${id} was never received`)
    return found
  }
  return {
    received: (life, id, number) => void attempts.set(id, { id, number, life, seq: null, state: 'received' }),
    spooled: (id, seq) => {
      Object.assign(attempt(id), { seq, state: 'spooled' })
    },
    kept: (id, durability, lateMs) => {
      const one = attempt(id)
      one.state = 'kept'
      if (durability === 'log' && !holdsId(id)) find('falsely-acknowledged', `${id} was said to be in the log`)
      if (lateMs > LATE_MS_MAX && !pausedLives.has(one.life)) find('waited-too-long', `${id} waited ${Math.round(lateMs)} ms more than it may`)
    },
    refused: (id) => {
      attempt(id).state = 'refused'
    },
    sent: (life, records) => {
      const sent = firstSent.get(life) ?? new Set()
      firstSent.set(life, sent)
      for (const { headers } of records) {
        const id = headers.ce_id ?? ''
        const one = attempts.get(id)
        if (one?.state === 'refused' && one.life === life) find('refused-but-sent', `${id} was refused by ${life}, which sent it all the same`)
        sent.add(id)
      }
    },
    acknowledged: (ids) => {
      for (const id of ids) if (!holdsId(id)) find('falsely-acknowledged', `${id} is taken for acknowledged and is not in the log`)
    },
    paused: (life) => void pausedLives.add(life),
    attempts: () => attempts,
    find,
    findings: () => findings,
    checkEnd: (running) => {
      for (const { id, life, state } of attempts.values())
        if (life === running && (state === 'received' || state === 'spooled')) find('never-answered', `${id} is ${state}, and waits though all is quiet`)
      for (const [life, ids] of firstSent) {
        let highest = -1n
        for (const id of ids) {
          const one = attempts.get(id)
          if (one?.seq == null) continue
          if (one.seq < highest) find('out-of-order', `${life} sent ${id}, which is ${one.seq} in the spool, after ${highest}`)
          if (one.seq > highest) highest = one.seq
        }
      }
    },
  }
}
