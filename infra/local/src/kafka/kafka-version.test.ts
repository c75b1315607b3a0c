import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROJECT_ROOT } from '../project-root.ts'
import { KAFKA_VERSION } from './kafka-version.ts'

it.each(['infra/local/kafka/pom.xml', 'infra/compose/compose.yaml'])('is the version that %s fetches', async (file) => {
  const text = await readFile(join(PROJECT_ROOT, file), 'utf8')
  expect(text).toMatch(new RegExp(`(<kafka.version>|apache/kafka:)${KAFKA_VERSION.replaceAll('.', '\\.')}\\b`))
})
