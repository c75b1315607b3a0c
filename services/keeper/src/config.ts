import { join } from 'node:path'
import { commonConfig, oneEventLog, port } from '@rollcall/service/common-config'
import { z } from 'zod'

const { KAFKA_BROKERS, EMBEDDED_LOG_URL, DATABASE_URL, ROLLCALL_DATA_DIR, ROLLCALL_ALLOW_UNSAFE_TOPICS, LOG_LEVEL } = commonConfig

const list = z.string().transform((text) => text.split(/\s+/).filter((part) => part !== ''))

export const KeeperConfig = oneEventLog(
  z.object({
    KAFKA_BROKERS,
    EMBEDDED_LOG_URL,
    DATABASE_URL,
    ROLLCALL_DATA_DIR,
    ROLLCALL_ALLOW_UNSAFE_TOPICS,
    LOG_LEVEL,
    KEEPER_DIR: z.string().min(1).optional().describe('the path of a folder for hashes and the signed checkpoint (default: keeper in ROLLCALL_DATA_DIR)'),
    KEEPER_KEY_FILES: list
      .pipe(z.array(z.string()).min(1).max(2))
      .optional()
      .describe('the path of a file with the signing key, or of two while one takes over from the other (default: key in KEEPER_DIR)'),
    KEEPER_ORIGIN: z.string().min(1).max(256).regex(/^\S+$/).optional().describe("the log's name in its checkpoints (default: the first key's name)"),
    CHECKPOINT_TARGETS: list
      .pipe(z.array(z.url({ protocol: /^(file|https?|s3)$/ })).max(8))
      .default([])
      .describe(
        'where checkpoints are published, with blanks between: file:///path, https://host/path, s3://bucket/key?endpoint=https://…&region=…&lockDays=…; {size} stands for the number of leaves',
      ),
    CHECKPOINT_AUTHORIZATION_FILE: z.string().min(1).optional().describe('the path of a file with the Authorization header for https targets'),
    CHECKPOINT_S3_CREDENTIALS_FILE: z.string().min(1).optional().describe('the path of a file with access key id and secret access key, a colon between'),
    KEEPER_ADMIN_PORT: port(9468),
  }),
)
export type KeeperConfig = z.infer<typeof KeeperConfig>

export const keeperDirectory = (config: Pick<KeeperConfig, 'KEEPER_DIR' | 'ROLLCALL_DATA_DIR'>): string => config.KEEPER_DIR ?? join(config.ROLLCALL_DATA_DIR, 'keeper')
