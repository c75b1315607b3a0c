import { z } from 'zod'

const KEYS_MAX = 100
/** As long as a file with a key may be. */
const NAME_CHARACTERS_MAX = 4_096

/** Which key, and never what it is: name and id, as they stand in its verifier key (`name+id+…`). */
const SigningKey = z.strictObject({ name: z.string().min(1).max(NAME_CHARACTERS_MAX), id: z.string().regex(/^[0-9a-f]{8}$/) })
const SigningKeys = z.array(SigningKey).min(1).max(KEYS_MAX)

/**
 * Other keys sign the checkpoints of `rollcall.audit.v1` from now on, told before they sign for the first time. It is of no account. Told again under the same
 * `ce_id` where the keeper was killed before it signed.
 */
export const KeysChanged = z.strictObject({
  type: z.literal('keys-changed'),
  /** The log's name in its checkpoints. */
  origin: z.string().min(1).max(NAME_CHARACTERS_MAX),
  /** Leaves of the newest checkpoint, which the keys before have signed. */
  leaves: z.int().nonnegative(),
  before: SigningKeys,
  after: SigningKeys,
})
export type KeysChanged = z.infer<typeof KeysChanged>
