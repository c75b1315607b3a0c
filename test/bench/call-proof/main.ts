/**
 * How large the proof of one call is: `pnpm bench:call-proof`. A window of a day of 1,000,000 calls in a log of 1,000,000 records; what the audit API
 * answers of a call in the middle, and of one that is not there, both checked by the verifier. Prints Markdown.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { proveSyntheticCall, syntheticCalls } from '@rollcall/evidence/testing/prove-synthetic-call'
import { syntheticEvidence } from '@rollcall/evidence/testing/synthetic-evidence'
import { verifyCallProof } from '@rollcall/evidence/verify-pack'

const CALLS_OF_DAY = 1_000_000
const WINDOWS_OF_DAY = 288
const RECORDS = 1_000_000
const HASH_BYTES = 32

const day = syntheticEvidence({ windows: 1, callsPerWindow: Math.ceil(CALLS_OF_DAY / WINDOWS_OF_DAY), records: RECORDS })
const calls = syntheticCalls(day)
const middle = calls[calls.length >> 1] ?? ''
const directory = await mkdtemp(join(tmpdir(), 'rollcall-bench-call-proof-'))
try {
  console.log(`A window of ${calls.length} calls in a log of ${RECORDS} records\n`)
  console.log('| Bytes of | hashes | checkpoint | both | leaves of calls | record of the certificate | whole answer | answer, gzip |')
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const [what, callSid] of [
    ['a call that is there', middle],
    ['a call that is not there', `${middle}0`],
  ] as const) {
    const answer = await proveSyntheticCall(day, callSid, { saved: false })
    const text = JSON.stringify(answer)
    const path = join(directory, 'answer.json')
    await writeFile(path, text)
    const { passes, claims } = await verifyCallProof(path, { keys: [day.verifierKey], account: day.account, call: callSid })
    if (!passes) throw new Error(`it does not verify: ${JSON.stringify(claims)}`)
    const leaves = [answer.present, answer.absent?.before, answer.absent?.after].flatMap((leaf) => leaf ?? [])
    const hashes = HASH_BYTES * [...leaves, answer.certificate].reduce((sum, { path: hashesOf }) => sum + hashesOf.length, 0)
    const ofCalls = leaves.reduce((sum, { leaf }) => sum + Buffer.byteLength(leaf), 0)
    const checkpoint = Buffer.byteLength(answer.checkpoint)
    const sizes = [hashes, checkpoint, hashes + checkpoint, ofCalls, Buffer.byteLength(answer.certificate.leaf), Buffer.byteLength(text), gzipSync(text).length]
    console.log(`| ${what} | ${sizes.join(' | ')} |`)
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
