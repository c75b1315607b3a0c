#!/usr/bin/env node
/**
 * Verifies an evidence pack of Rollcall, or the proof of one call that its audit API gives. One file, no dependency but Node 20.12 or newer;
 * docs/audit-proof.md specifies all of it on a page.
 *
 *   node verify.mjs PACK|ANSWER --key KEY [--key KEY] [--saved CHECKPOINT] [--account A] [--from T] [--to T] [--call C] [--json]
 *
 * Says PASS or FAIL of each claim. Exit code 0: all pass; 1: one fails; 2: it was not used as above, or the file cannot be read at all.
 */
import { createPublicKey, hash, verify as verifySignature } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import { crc32, inflateRawSync } from 'node:zlib'

/** Of certificates and of calls. */
const VERSION = 1
const WINDOW_MS = 300_000
const ENTRIES_MAX = 65_534
const ENTRY_BYTES_MAX = 1024 ** 3
const WINDOWS_MAX = 288 * 366
const ANSWER_BYTES_MAX = 1024 ** 2

/** What is claimed of a pack, in the order in which it is said. */
export const CLAIMS = {
  container: 'the pack holds exactly the files of its manifest, byte for byte',
  signature: 'the checkpoint is signed by a key that you trust',
  consistent: 'the log of this checkpoint begins with the log of the checkpoint that you saved',
  included: 'every certificate is a record of that log',
  chain: 'the certificates of each window follow one another without a gap',
  calls: 'the calls of each window are those that its certificate stands for, no more and no fewer',
  totals: 'counts and totals are those of these calls',
  manifest: 'the manifest says what the pack holds',
  asked: 'the pack is of the account and the range that you asked for',
  complete: 'every window of the range is final',
  equal: "calls, seconds, money and recordings equal those of Exotel's list",
}

/** What is claimed of one call. */
export const CALL_CLAIMS = {
  answer: 'the answer holds what proves one call, and nothing besides',
  signature: CLAIMS.signature,
  consistent: CLAIMS.consistent,
  included: 'the certificate is a record of that log',
  certificate: 'it is the certificate of a window of the account',
  call: 'the call is among those that the certificate stands for, or it is shown not to be',
  asked: 'the answer is of the call, the account and the window that you asked for',
  final: 'the window is final, so that a call that is not there does not come any more',
}

class Fail extends Error {}
class Usage extends Error {}
const must = (holds, why) => {
  if (!holds) throw new Fail(why)
}
const sha256 = (data) => hash('sha256', data, 'hex')
const utf8 = (bytes) => {
  const text = bytes.toString('utf8')
  must(Buffer.from(text).equals(bytes), 'a text is not UTF-8')
  return text
}

// ---- Canonical JSON (RFC 8785, integers only) and exact decimals

export const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.keys(value)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
      .join(',')}}`
  return JSON.stringify(value)
}
const isInOrder = (value) => {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isInOrder)
  let before = null
  for (const name in value) {
    if ((before !== null && before >= name) || !isInOrder(value[name])) return false
    before = name
  }
  return true
}
const parse = (text, what) => {
  let value
  try {
    value = JSON.parse(text)
  } catch {
    throw new Fail(`${what} is not JSON`)
  }
  // A text whose names are in order is canonical if it is written as it was read; that is quick, and there are many calls.
  const isCanonical = typeof value === 'object' && value !== null && ((JSON.stringify(value) === text && isInOrder(value)) || canonical(value) === text)
  must(isCanonical, `${what} is not canonical JSON`)
  return value
}
const DECIMAL = /^-?\d+(\.\d+)?$/
const PLACES = 18
const scaled = (decimal) => {
  must(typeof decimal === 'string' && DECIMAL.test(decimal), `not a decimal: ${decimal}`)
  const [whole, fraction = ''] = decimal.split('.')
  must(fraction.length <= PLACES, `more than ${PLACES} places: ${decimal}`)
  return BigInt(whole + fraction.padEnd(PLACES, '0'))
}
const written = (sum) => {
  const digits = (sum < 0n ? -sum : sum).toString().padStart(PLACES + 1, '0')
  const fraction = digits.slice(-PLACES).replace(/0+$/, '')
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -PLACES)}${fraction === '' ? '' : `.${fraction}`}`
}

// ---- Merkle trees (RFC 9162)

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)
const leafHash = (data) => hash('sha256', Buffer.concat([LEAF, data]), 'buffer')
const nodeHash = (left, right) => hash('sha256', Buffer.concat([NODE, left, right]), 'buffer')

/** The root over leaf hashes: level by level, an odd last one goes up as it is. */
const rootOf = (leaves) => {
  if (leaves.length === 0) return hash('sha256', '', 'buffer')
  let level = leaves
  while (level.length > 1) {
    const next = []
    for (let at = 0; at < level.length; at += 2) next.push(at + 1 < level.length ? nodeHash(level[at], level[at + 1]) : level[at])
    level = next
  }
  return level[0]
}
const isIncluded = (leaf, index, size, root, path) => {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false
  let node = index
  let last = size - 1
  let at = leaf
  for (const sibling of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      at = nodeHash(sibling, at)
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2)
        last = Math.floor(last / 2)
      }
    } else at = nodeHash(at, sibling)
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && at.equals(root)
}
const isConsistent = (first, second, path) => {
  if (first.size > second.size) return false
  if (first.size === second.size) return path.length === 0 && first.root.equals(second.root)
  if (first.size === 0) return path.length === 0 && rootOf([]).equals(first.root)
  const [start, ...rest] = Number.isInteger(Math.log2(first.size)) ? [first.root, ...path] : path
  if (start === undefined) return false
  let node = first.size - 1
  let last = second.size - 1
  while (node % 2 === 1) {
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  let a = start
  let b = start
  for (const sibling of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      a = nodeHash(sibling, a)
      b = nodeHash(sibling, b)
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2)
        last = Math.floor(last / 2)
      }
    } else b = nodeHash(b, sibling)
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && a.equals(first.root) && b.equals(second.root)
}
const hashesOf = (texts, what) => {
  must(Array.isArray(texts) && texts.length <= 64, `${what}: no path`)
  return texts.map((text) => {
    const bytes = Buffer.from(String(text), 'base64')
    must(bytes.length === 32 && bytes.toString('base64') === text, `${what}: a hash of the path is none`)
    return bytes
  })
}

// ---- Signed notes and checkpoints (C2SP)

const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex')
const readKey = (text) => {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim()) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  if (name === undefined || bytes.length !== 33 || bytes[0] !== 1) throw new Usage(`not a verifier key: ${text.trim().slice(0, 80)}`)
  if (sha256(Buffer.concat([Buffer.from(`${name}\n`), bytes])).slice(0, 8) !== id) throw new Usage(`the verifier key of ${name} contradicts itself`)
  return { name, id, key: createPublicKey({ key: Buffer.concat([PUBLIC_DER, bytes.subarray(1)]), format: 'der', type: 'spki' }) }
}
const readCheckpoint = (note) => {
  const split = note.lastIndexOf('\n\n')
  must(split > 0 && note.endsWith('\n'), 'the checkpoint is no signed note')
  const text = note.slice(0, split + 1)
  const lines = text.split('\n')
  const root = Buffer.from(lines[2] ?? '', 'base64')
  const size = Number(lines[1])
  must(lines.length === 4 && lines[0] !== '' && /^(0|[1-9]\d*)$/.test(lines[1]) && Number.isSafeInteger(size), 'the checkpoint has no origin and size')
  must(root.length === 32 && root.toString('base64') === lines[2], 'the root of the checkpoint is no hash')
  const signatures = note
    .slice(split + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name, encoded] = /^— ([^ ]+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? []
      const bytes = Buffer.from(encoded ?? '', 'base64')
      must(name !== undefined && bytes.length === 68 && bytes.toString('base64') === encoded, 'a signature line of the checkpoint is none')
      return { name, id: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) }
    })
  return { text, origin: lines[0], size, root, signatures }
}
const checkSignature = (checkpoint, keys) => {
  let verified = 0
  for (const { name, id, signature } of checkpoint.signatures) {
    const known = keys.find((key) => key.name === name && key.id === id)
    if (known === undefined) continue
    must(verifySignature(null, Buffer.from(checkpoint.text), known.key, signature), `the signature of ${name} is wrong`)
    verified += 1
  }
  must(verified > 0, 'no key that you trust has signed it')
}

/** That the log of `head` begins with that of the checkpoint that was saved. @param consistency `first`, `second` and `path` of the proof that came along */
const checkGrown = (savedNote, head, keys, consistency) => {
  const saved = readCheckpoint(savedNote)
  checkSignature(saved, keys)
  must(saved.origin === head.origin, `you saved a checkpoint of ${saved.origin}, and this one is of ${head.origin}`)
  must(saved.size <= head.size, `this checkpoint has ${head.size} records, and the one that you saved has ${saved.size}: the log was rolled back`)
  if (saved.size === head.size) return must(saved.root.equals(head.root), 'both checkpoints have as many records, and not the same ones')
  must(
    consistency?.first === saved.size && consistency?.second === head.size,
    `there is no proof from your ${saved.size} records on; ask for one with --saved, or over HTTP with saved=${saved.size}`,
  )
  return must(isConsistent(saved, head, hashesOf(consistency.path, 'the consistency proof')), 'the log was changed since the checkpoint that you saved')
}

// ---- The container: a zip without any freedom, so that not a bit of it can be another

const localHeader = ({ name, method, crc, packed, bytes }) => {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(0x0800, 6)
  header.writeUInt16LE(method, 8)
  header.writeUInt16LE(0x21, 12)
  header.writeUInt32LE(crc, 14)
  header.writeUInt32LE(packed, 18)
  header.writeUInt32LE(bytes, 22)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name])
}
const centralHeader = ({ name, method, crc, packed, bytes, offset }) => {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(20, 6)
  header.writeUInt16LE(0x0800, 8)
  header.writeUInt16LE(method, 10)
  header.writeUInt16LE(0x21, 14)
  header.writeUInt32LE(crc, 16)
  header.writeUInt32LE(packed, 20)
  header.writeUInt32LE(bytes, 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt32LE(offset, 42)
  return Buffer.concat([header, name])
}
const openZip = (path) => {
  const file = openSync(path, 'r')
  const size = fstatSync(file).size
  const at = (offset, length) => {
    const bytes = Buffer.alloc(length)
    must(offset >= 0 && offset + length <= size && readSync(file, bytes, 0, length, offset) === length, 'the pack is cut short')
    return bytes
  }
  const read = () => {
    const end = at(size - 22, 22)
    const count = end.readUInt16LE(8)
    const directoryBytes = end.readUInt32LE(12)
    const directoryAt = end.readUInt32LE(16)
    must(end.readUInt32LE(0) === 0x06054b50 && count <= ENTRIES_MAX && end.readUInt16LE(10) === count, 'the pack does not end as a zip does')
    must(end.readUInt32LE(4) === 0 && end.readUInt16LE(20) === 0 && directoryAt + directoryBytes === size - 22, 'the end of the zip is not as it should be')
    const directory = at(directoryAt, directoryBytes)
    const entries = new Map()
    let next = 0
    let expected = 0
    for (let nth = 0; nth < count; nth += 1) {
      must(next + 46 <= directory.length, 'the directory of the zip is cut short')
      const nameBytes = directory.subarray(next + 46, next + 46 + directory.readUInt16LE(next + 28))
      const entry = {
        name: nameBytes,
        method: directory.readUInt16LE(next + 10),
        crc: directory.readUInt32LE(next + 16),
        packed: directory.readUInt32LE(next + 20),
        bytes: directory.readUInt32LE(next + 24),
        offset: directory.readUInt32LE(next + 42),
      }
      const header = centralHeader(entry)
      must(directory.subarray(next, next + header.length).equals(header), 'an entry of the zip is not as it should be')
      const local = localHeader(entry)
      must(entry.offset === expected && at(entry.offset, local.length).equals(local), 'the entries of the zip are not one after another')
      must((entry.method === 0 && entry.packed === entry.bytes) || entry.method === 8, 'an entry of the zip is neither stored nor deflated')
      const name = utf8(nameBytes)
      must(!entries.has(name), `${name} is there twice`)
      entries.set(name, { ...entry, dataAt: entry.offset + local.length })
      expected = entry.offset + local.length + entry.packed
      next += header.length
    }
    must(next === directory.length && expected === directoryAt, 'there is something between the entries of the zip')
    return entries
  }
  return {
    entries: read(),
    packedBytes: (entry) => at(entry.dataAt, entry.packed),
    close: () => closeSync(file),
  }
}
const unpack = (entry, packed) => {
  must(entry.bytes <= ENTRY_BYTES_MAX, 'an entry is too large')
  let content = packed
  if (entry.method === 8) {
    try {
      content = inflateRawSync(packed, { maxOutputLength: entry.bytes + 1 })
    } catch {
      throw new Fail('an entry cannot be inflated')
    }
  }
  must(content.length === entry.bytes && crc32(content) === entry.crc, 'an entry is damaged')
  return content
}

// ---- The claims

/** @param of what is claimed @returns `claim`, which says of one whether it holds, and `report` */
const startClaims = (of) => {
  const results = new Map(Object.keys(of).map((claim) => [claim, { holds: null, why: null }]))
  return {
    /** Holds unless something else says that it does not. */
    claim: (name, prove) => {
      const result = results.get(name)
      try {
        const value = prove()
        result.holds ??= true
        return value
      } catch (error) {
        // What cannot be read from the disk says nothing of the evidence; whatever else goes wrong does, for instance a text that is a number.
        if (error instanceof Usage || error.syscall !== undefined) throw error
        if (result.holds !== false) Object.assign(result, { holds: false, why: error instanceof Fail ? error.message : `something is not of its form: ${error.message}` })
        return undefined
      }
    },
    /** @param optional claims that need not have been looked at: of any other, that has not been shown. */
    report: (about, optional) => {
      const anyFailed = [...results.values()].some(({ holds }) => holds === false)
      const claims = [...results].map(([claim, { holds, why }]) => ({
        claim,
        holds: holds ?? (anyFailed && !optional.includes(claim) ? false : null),
        why: why ?? (holds === null && !optional.includes(claim) ? 'not looked at' : null),
      }))
      return { passes: !anyFailed && claims.every(({ claim, holds }) => holds === true || optional.includes(claim)), claims, about }
    },
  }
}

const linesOf = (content) => {
  const text = utf8(content)
  return text === '' ? [] : text.split('\n')
}
const callsName = (from) => `calls/${from.replaceAll(':', '-')}.jsonl`
const instant = (text, what) => {
  const at = Date.parse(text)
  must(typeof text === 'string' && Number.isSafeInteger(at) && new Date(at).toISOString() === text, `${what} is no time`)
  return at
}
const emptySums = () => ({ calls: 0, durationSeconds: 0n, price: 0n, unpriced: 0, recordings: 0 })
const addInto = (sums, totals) => {
  sums.calls += totals.calls
  sums.durationSeconds += scaled(totals.durationSeconds)
  sums.price += scaled(totals.price)
  sums.unpriced += totals.unpriced ?? 0
  sums.recordings += totals.recordings
}
const totalsOf = (sums) => ({ ...sums, durationSeconds: written(sums.durationSeconds), price: written(sums.price) })

/** A record of the log, which has to be a certificate. */
const readCertificate = (record) => {
  const { value, key } = parse(record, 'a record')
  must(typeof value === 'string', 'a record has no text')
  const certificate = parse(value, 'a certificate')
  must(certificate.type === 'certificate' && certificate.account === key, 'a record is no certificate of its account')
  must(certificate.v === VERSION, `a certificate has version ${certificate.v}, and this verifier knows ${VERSION}: use the one of that time`)
  const from = instant(certificate.window.from, 'the beginning of a window')
  must(from % WINDOW_MS === 0 && instant(certificate.window.to, 'the end of a window') === from + WINDOW_MS, `${certificate.window.from} begins no window`)
  return { certificate, value, from }
}

/** A leaf of the tree of the window that begins then. */
const readCall = (line, account, from) => {
  const leaf = parse(line, 'a call')
  must(leaf.account === account, `call ${leaf.callSid} is of another account`)
  must(typeof leaf.callSid === 'string', 'a call has no CallSid')
  const createdAt = instant(leaf.fields.createdAt, `creation of call ${leaf.callSid}`)
  must(createdAt >= from && createdAt < from + WINDOW_MS, `call ${leaf.callSid} is of another window`)
  return leaf
}

/** What a window's leaves come to: root, count, sums. */
const foldLeaves = (lines, account, from) => {
  const hashes = []
  const sums = emptySums()
  const counts = { unverified: 0, webhookFirst: 0, apiFirst: 0, both: 0, byStatus: {} }
  let before = null
  for (const line of lines) {
    const leaf = readCall(line, account, from)
    must(before === null || before < leaf.callSid, `calls are not sorted at ${leaf.callSid}`)
    before = leaf.callSid
    hashes.push(leafHash(Buffer.from(line)))
    if (!leaf.verified) {
      counts.unverified += 1
      continue
    }
    const { status = 'unknown', durationSeconds, price } = leaf.fields
    counts.byStatus[status] = (counts.byStatus[status] ?? 0) + 1
    const api = [leaf.firstSeen.poll, leaf.firstSeen.lookup].filter((at) => at !== undefined).sort()[0]
    const { webhook } = leaf.firstSeen
    if (webhook !== undefined) counts.both += 1
    if (webhook !== undefined && webhook <= api) counts.webhookFirst += 1
    else counts.apiFirst += 1
    sums.calls += 1
    if (DECIMAL.test(durationSeconds ?? '')) sums.durationSeconds += scaled(durationSeconds)
    if (DECIMAL.test(price ?? '')) sums.price += scaled(price)
    else sums.unpriced += 1
    if (leaf.recorded) sums.recordings += 1
  }
  return { root: rootOf(hashes).toString('hex'), leaves: hashes.length, sums, counts }
}

/** Claims that are looked at where somebody asks. */
const UNASKED = ['consistent', 'asked']

/**
 * @param path of the pack
 * @param options keys: verifier keys, as text; saved: text of a checkpoint; account, from, to: what was asked for
 * @returns claims, each with `holds` (null: not asked) and `why`, and what the pack is of
 */
export const verifyPack = (path, options) => {
  const keys = options.keys.map(readKey)
  const { claim, report } = startClaims(CLAIMS)
  const about = {}
  let zip
  try {
    zip = claim('container', () => openZip(path))
    if (zip === undefined) return report(about, UNASKED)
    const manifestText = claim('container', () => {
      const entry = zip.entries.get('manifest.json')
      must(entry !== undefined, 'there is no manifest.json')
      return utf8(unpack(entry, zip.packedBytes(entry)))
    })
    const manifest = claim('manifest', () => parse(manifestText ?? '', 'manifest.json'))
    if (manifest === undefined) return report(about, UNASKED)
    const files = []
    const seen = new Set(['manifest.json'])
    /** One file's content, which the manifest has to describe. */
    const take = (name) => {
      const entry = zip.entries.get(name)
      must(entry !== undefined, `${name} is missing`)
      const packed = zip.packedBytes(entry)
      const content = unpack(entry, packed)
      seen.add(name)
      files.push({ name, bytes: content.length, sha256: sha256(content), packedSha256: sha256(packed) })
      return content
    }
    const checkpoint = claim('signature', () => {
      const read = readCheckpoint(utf8(take('checkpoint.txt')))
      checkSignature(read, keys)
      return read
    })
    const head = checkpoint ?? { origin: '', size: 0, root: rootOf([]) }
    const consistency = claim('container', () => parse(utf8(take('consistency.json')), 'consistency.json'))
    if (options.saved !== undefined) claim('consistent', () => checkGrown(options.saved, head, keys, consistency))

    // Certificates: each line is a record of the log, each line of proofs its place and path.
    const byWindow = new Map()
    const records = claim('included', () => {
      const lines = linesOf(take('certificates.jsonl'))
      const proofs = linesOf(take('proofs.jsonl'))
      must(lines.length === proofs.length, 'there are not as many proofs as certificates')
      return lines.map((line, nth) => ({ line, proof: parse(proofs[nth], 'a proof') }))
    })
    for (const { line, proof } of records ?? []) {
      claim('included', () =>
        must(isIncluded(leafHash(Buffer.from(line)), proof.leaf, head.size, head.root, hashesOf(proof.path, 'a proof')), `record ${proof.leaf} is not in the log`),
      )
      claim('chain', () => {
        const { certificate, value, from } = readCertificate(line)
        must(certificate.account === manifest.account, 'a certificate is of another account')
        const chain = byWindow.get(from) ?? []
        const previous = chain.at(-1)
        must(
          certificate.sequence === chain.length + 1 && certificate.previous === (previous?.sha256 ?? null),
          `a certificate of ${certificate.window.from} does not follow the one before`,
        )
        must(previous === undefined || previous.leaf < proof.leaf, `certificates of ${certificate.window.from} are not in the order of the log`)
        chain.push({ certificate, sha256: sha256(value), leaf: proof.leaf })
        byWindow.set(from, chain)
      })
    }

    const ours = emptySums()
    const listed = emptySums()
    let unlisted = 0
    let leaves = 0
    let unverified = 0
    let final = 0
    const different = []
    for (const [from, chain] of [...byWindow].sort(([a], [b]) => a - b)) {
      const { certificate } = chain.at(-1)
      const name = certificate.window.from
      if (certificate.state === 'final' || certificate.state === 'amended') final += 1
      const folded = claim('calls', () => {
        const result = foldLeaves(linesOf(take(callsName(name))), manifest.account, from)
        must(result.root === certificate.tree.root && result.leaves === certificate.tree.leaves, `the calls of ${name} are not those of its certificate`)
        return result
      })
      if (folded === undefined) continue
      leaves += folded.leaves
      unverified += folded.counts.unverified
      claim('totals', () => {
        must(canonical(totalsOf(folded.sums)) === canonical(certificate.totals), `the totals of ${name} are not those of its calls`)
        must(canonical(folded.counts) === canonical(certificate.counts), `the counts of ${name} are not those of its calls`)
        addInto(ours, certificate.totals)
        if (certificate.listed === null) {
          unlisted += 1
          return must(certificate.difference === null, `the difference of ${name} is none`)
        }
        const theirs = emptySums()
        addInto(theirs, certificate.listed)
        addInto(listed, certificate.listed)
        const difference = {
          calls: folded.sums.calls - theirs.calls,
          durationSeconds: written(folded.sums.durationSeconds - theirs.durationSeconds),
          price: written(folded.sums.price - theirs.price),
          recordings: folded.sums.recordings - theirs.recordings,
        }
        must(canonical(difference) === canonical(certificate.difference), `the difference of ${name} is not that of its totals`)
        if (difference.calls !== 0 || difference.durationSeconds !== '0' || difference.price !== '0' || difference.recordings !== 0) different.push(name)
        return undefined
      })
    }

    const from = claim('manifest', () => instant(manifest.from, 'from'))
    const to = claim('manifest', () => instant(manifest.to, 'to'))
    const uncertified = []
    claim('manifest', () => {
      must(from % WINDOW_MS === 0 && to % WINDOW_MS === 0 && from < to && (to - from) / WINDOW_MS <= WINDOWS_MAX, 'from and to are no range of windows')
      for (let at = from; at < to; at += WINDOW_MS) if (!byWindow.has(at)) uncertified.push(new Date(at).toISOString())
      must(byWindow.size === (to - from) / WINDOW_MS - uncertified.length, 'there are windows outside of the range')
    })
    for (const name of ['verify.mjs', 'audit-proof.md']) claim('container', () => take(name))
    claim('container', () => {
      for (const name of zip.entries.keys()) must(seen.has(name), `${name} does not belong to the pack`)
    })
    claim('manifest', () => {
      const expected = {
        format: 'rollcall-evidence/1',
        account: manifest.account,
        from: manifest.from,
        to: manifest.to,
        checkpoint: { origin: head.origin, size: head.size, root: head.root.toString('hex') },
        windows: { certified: byWindow.size, final, uncertified },
        calls: { leaves, unverified },
        totals: totalsOf(ours),
        listed: unlisted === 0 ? totalsOf(listed) : null,
        files: files.sort((a, b) => (a.name < b.name ? -1 : 1)),
      }
      for (const [member, value] of Object.entries(expected))
        must(canonical(value) === canonical(manifest[member] ?? null), member === 'files' ? 'a file is another than the manifest says' : `${member} is not what the pack holds`)
      must(manifestText === canonical(expected), 'it says something else besides')
      Object.assign(about, expected, { files: expected.files.length })
    })
    if (options.account !== undefined || options.from !== undefined || options.to !== undefined)
      claim('asked', () => {
        must(options.account === undefined || options.account === manifest.account, `it is of account ${manifest.account}`)
        must(options.from === undefined || Date.parse(options.from) === from, `it begins at ${manifest.from}`)
        must(options.to === undefined || Date.parse(options.to) === to, `it ends at ${manifest.to}`)
      })
    claim('complete', () => {
      must(uncertified.length === 0, `${uncertified.length} windows have no certificate, the first is ${uncertified[0]}`)
      must(final === byWindow.size, `${byWindow.size - final} windows are not final yet`)
    })
    claim('equal', () => {
      must(different.length === 0, `${different.length} windows differ, the first is ${different[0]}`)
      must(unlisted === 0, `of ${unlisted} windows the certificate has no list to compare with`)
    })
    return report(about, UNASKED)
  } finally {
    zip?.close()
  }
}

// ---- One call

/** Has exactly these members. */
const checkMembers = (value, names, what) => {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is not there`)
  const more = Object.keys(value).find((name) => !names.includes(name))
  must(more === undefined, `${what} has a member ${more}`)
  for (const name of names) must(Object.hasOwn(value, name), `${what} has no ${name}`)
}
const readProvenLeaf = (proof, what) => {
  checkMembers(proof, ['leaf', 'index', 'path'], what)
  // A half of a surrogate pair is hashed as another letter than it is read.
  must(typeof proof.leaf === 'string' && proof.leaf.isWellFormed(), `${what} has no leaf`)
  return { ...proof, path: hashesOf(proof.path, what) }
}
const isLeafOf = ({ leaf, index, path }, size, root) => isIncluded(leafHash(Buffer.from(leaf)), index, size, root, path)

const readAnswer = (path) => {
  must(statSync(path).size <= ANSWER_BYTES_MAX, 'the answer is too large')
  let answer
  try {
    answer = JSON.parse(utf8(readFileSync(path)))
  } catch {
    throw new Fail('the answer is not JSON')
  }
  checkMembers(answer, ['callSid', 'present', 'absent', 'certificate', 'consistency', 'checkpoint'], 'the answer')
  const { callSid, present, absent, certificate, consistency, checkpoint } = answer
  must(typeof callSid === 'string' && callSid !== '', 'the answer is of no call')
  must(typeof checkpoint === 'string', 'the answer has no checkpoint')
  must((present === null) !== (absent === null), 'the answer has to say one of present and absent')
  if (absent !== null) checkMembers(absent, ['before', 'after'], 'absent')
  if (consistency !== null) checkMembers(consistency, ['from', 'to', 'path'], 'consistency')
  const neighbour = (proof, what) => (proof === null ? null : readProvenLeaf(proof, what))
  return {
    callSid,
    present: neighbour(present, 'present'),
    absent: absent === null ? null : { before: neighbour(absent.before, 'before'), after: neighbour(absent.after, 'after') },
    certificate: readProvenLeaf(certificate, 'the certificate'),
    consistency: consistency === null ? null : { first: consistency.from, second: consistency.to, path: consistency.path },
    checkpoint,
  }
}

/** The call's leaf where it is among the calls, null where its neighbours show that it is not. */
const checkCall = ({ callSid, present, absent }, { certificate, from }) => {
  const root = Buffer.from(certificate.tree.root, 'hex')
  const { leaves } = certificate.tree
  const callOf = (proof) => {
    const call = readCall(proof.leaf, certificate.account, from)
    must(isLeafOf(proof, leaves, root), `call ${call.callSid} is not among the ${leaves} calls of the certificate`)
    return call
  }
  if (present !== null) {
    const call = callOf(present)
    must(call.callSid === callSid, `the leaf is of call ${call.callSid}`)
    return call
  }
  const { before, after } = absent
  if (before !== null) must(callOf(before).callSid < callSid, 'the call before it is not before it')
  if (after !== null) must(callSid < callOf(after).callSid, 'the call after it is not after it')
  must((after?.index ?? leaves) === (before?.index ?? -1) + 1, 'between the two calls there is room for one')
  must(leaves > 0 || root.equals(rootOf([])), 'the tree of no calls has another root')
  return null
}

/**
 * @param path of the answer to `/v1/accounts/{account}/calls/{callSid}/proof`
 * @param options as of a pack; call: CallSid that was asked for
 * @returns claims as of a pack, and what the answer is of
 */
export const verifyCallProof = (path, options) => {
  const keys = options.keys.map(readKey)
  const { claim, report } = startClaims(CALL_CLAIMS)
  const about = {}
  const answer = claim('answer', () => readAnswer(path))
  if (answer === undefined) return report(about, UNASKED)
  const head = claim('signature', () => {
    const read = readCheckpoint(answer.checkpoint)
    checkSignature(read, keys)
    return read
  })
  if (head !== undefined) {
    if (options.saved !== undefined) claim('consistent', () => checkGrown(options.saved, head, keys, answer.consistency))
    claim('included', () => must(isLeafOf(answer.certificate, head.size, head.root), `record ${answer.certificate.index} is not in the log`))
  }
  const certified = claim('certificate', () => readCertificate(answer.certificate.leaf))
  if (certified === undefined) return report(about, UNASKED)
  const { certificate, from } = certified
  const call = claim('call', () => checkCall(answer, certified))
  if ([options.account, options.call, options.from, options.to].some((asked) => asked !== undefined))
    claim('asked', () => {
      must((options.account ?? certificate.account) === certificate.account, `it is of account ${certificate.account}`)
      must((options.call ?? answer.callSid) === answer.callSid, `it is of call ${answer.callSid}`)
      must(options.from === undefined || Date.parse(options.from) === from, `its window begins at ${certificate.window.from}`)
      must(options.to === undefined || Date.parse(options.to) === from + WINDOW_MS, `its window ends at ${certificate.window.to}`)
    })
  if (answer.absent !== null)
    claim('final', () => must(certificate.state === 'final' || certificate.state === 'amended', `the window is ${certificate.state}: the call may still come`))
  if (head !== undefined && call !== undefined)
    Object.assign(about, {
      account: certificate.account,
      callSid: answer.callSid,
      present: call !== null,
      verified: call?.verified ?? null,
      window: certificate.window,
      state: certificate.state,
      sequence: certificate.sequence,
      calls: certificate.tree.leaves,
      record: answer.certificate.index,
      checkpoint: { origin: head.origin, size: head.size },
    })
  // Whoever shows that a call is there needs nothing that still may come.
  return report(about, answer.absent === null ? [...UNASKED, 'final'] : UNASKED)
}

// ---- The command line

const USAGE = `node verify.mjs PACK|ANSWER --key KEY [--key KEY] [--saved CHECKPOINT] [--account A] [--from T] [--to T] [--call C] [--json]
  PACK       an evidence pack; ANSWER: the proof of a call, as the audit API answered it
  --key      a verifier key, or a file with one: from whoever signs, by another way than the pack
  --saved    a file with a checkpoint that you saved before: then the log has only grown since
  --account, --from, --to, --call   what you asked for; --call: the CallSid`

/** An answer is a JSON object, a pack a zip. */
const isAnswer = (path) => {
  const file = openSync(path, 'r')
  try {
    const first = Buffer.alloc(1)
    return readSync(file, first, 0, 1, 0) === 1 && first.toString() === '{'
  } finally {
    closeSync(file)
  }
}
const lineOfPack = ({ account, from, to, checkpoint, calls, totals }) =>
  `${account} from ${from} to ${to}: ${totals.calls} calls (${calls.unverified} more claimed by webhooks alone), ${totals.durationSeconds} s, price ${totals.price}, ${totals.recordings} recordings; checkpoint of ${checkpoint.size} records of ${checkpoint.origin}`
const lineOfCall = ({ account, callSid, present, verified, window, state, sequence, calls, record, checkpoint }) =>
  `${account}, call ${callSid}: ${present ? `one of the ${calls} calls` : `none of the ${calls} calls`} from ${window.from} to ${window.to}${present ? (verified ? ", confirmed by Exotel's API" : ', claimed by webhooks alone') : ''}; certificate ${sequence} (${state}), record ${record} of the ${checkpoint.size} of ${checkpoint.origin}`

/** @param out prints a line. @returns the exit code, but for what cannot be read */
const run = (args, out) => {
  const options = { keys: [], json: false }
  let path
  for (let nth = 0; nth < args.length; nth += 1) {
    const argument = args[nth]
    const value = () => {
      nth += 1
      if (args[nth] === undefined) throw new Usage(`${argument} needs a value`)
      return args[nth]
    }
    const textOf = (given) => (existsSync(given) ? readFileSync(given, 'utf8') : given)
    if (argument === '--key') options.keys.push(textOf(value()))
    else if (argument === '--saved') options.saved = readFileSync(value(), 'utf8')
    else if (['--account', '--from', '--to', '--call'].includes(argument)) options[argument.slice(2)] = value()
    else if (argument === '--json') options.json = true
    else if (argument.startsWith('-') || path !== undefined) throw new Usage(`what is ${argument}?`)
    else path = argument
  }
  if (path === undefined) throw new Usage('which pack, or which answer?')
  if (options.keys.length === 0) throw new Usage('which key? A key that came with what it signs would prove nothing.')
  const ofCall = isAnswer(path)
  if (options.call !== undefined && !ofCall) throw new Usage('--call asks for one call, and this is a pack')
  const [said, result, lineOf] = ofCall ? [CALL_CLAIMS, verifyCallProof(path, options), lineOfCall] : [CLAIMS, verifyPack(path, options), lineOfPack]
  if (options.json) out(JSON.stringify(result))
  else {
    for (const { claim, holds, why } of result.claims)
      out(`${holds === null ? '–   ' : holds ? 'PASS' : 'FAIL'}  ${claim.padEnd(11)}  ${said[claim]}${why === null ? '' : `: ${why}`}`)
    if (result.about.account !== undefined) out(`\n${lineOf(result.about)}`)
    out(result.passes ? 'PASS' : 'FAIL')
  }
  return result.passes ? 0 : 1
}

/** The whole command line: its arguments to its exit code. */
export const main = (args, out, err) => {
  try {
    return run(args, out)
  } catch (error) {
    err(error instanceof Usage ? `${error.message}\n${USAGE}` : `it cannot be read: ${error.message}`)
    return 2
  }
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) process.exitCode = main(argv.slice(2), console.log, console.error)
