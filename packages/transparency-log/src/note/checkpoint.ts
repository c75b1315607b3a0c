import { HASH_BYTES } from '../tree/hash.ts'
import type { TreeHead } from '../tree/verify-consistency.ts'
import type { Signer, Verifier } from './key.ts'
import { NoteError, openNote, parseNote, signNote } from './note.ts'

/** A tree head of one log (C2SP tlog-checkpoint): the text is origin, size and root in base64, a line each. */
export interface Checkpoint extends TreeHead {
  /** The name of the log, such as `rollcall.example.com/audit`. */
  readonly origin: string
  readonly root: Buffer
}

/** The signed text of a checkpoint. @throws NoteError where the origin cannot be a line */
export const signCheckpoint = ({ origin, size, root }: Checkpoint, signers: readonly Signer[]): string => {
  if (origin === '' || /\n/.test(origin)) throw new NoteError('the origin is one line')
  return signNote(`${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`, signers)
}

/** The checkpoint that a trusted key has signed. @throws NoteError where none has, or it is no checkpoint; of another origin it is none of this log */
export const openCheckpoint = (note: string, verifiers: readonly Verifier[], origin: string): Checkpoint => {
  const checkpoint = parseCheckpointText(openNote(note, verifiers).text)
  if (checkpoint.origin !== origin) throw new NoteError(`it is of the log ${checkpoint.origin}, not of ${origin}`)
  return checkpoint
}

/** What a checkpoint says, whoever signed it. @throws NoteError */
export const readCheckpoint = (note: string): Checkpoint => parseCheckpointText(parseNote(note).text)

/** Further lines are extensions, which we neither write nor need. */
const parseCheckpointText = (text: string): Checkpoint => {
  const [origin = '', sizeText = '', rootText = ''] = text.split('\n')
  const root = Buffer.from(rootText, 'base64')
  const size = Number(sizeText)
  if (origin === '' || !/^(0|[1-9]\d*)$/.test(sizeText) || !Number.isSafeInteger(size)) throw new NoteError('it has no origin and no size')
  if (root.length !== HASH_BYTES || root.toString('base64') !== rootText) throw new NoteError('its root is no hash')
  return { origin, size, root }
}
