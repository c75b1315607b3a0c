import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OperatorError } from '@rollcall/service/operator-error'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkSpoolFolder } from './check-spool-folder.ts'
import { instanceName } from './instance-name.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-folder-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('a folder of spools', () => {
  it('may be missing, empty, or hold spools and its name', async () => {
    await checkSpoolFolder(join(directory, 'not', 'there'))
    await checkSpoolFolder(directory)
    await mkdir(join(directory, '0'))
    await mkdir(join(directory, '17'))
    await mkdir(join(directory, 'lost+found'))
    await instanceName(directory)
    await checkSpoolFolder(directory)
  })

  it.each(['notes.txt', '01', '-1', 'spool', 'instances'])('with %s in it is refused by name, and left as it is', async (name) => {
    await writeFile(join(directory, name), 'theirs')
    await expect(checkSpoolFolder(directory)).rejects.toThrow(OperatorError)
    await expect(checkSpoolFolder(directory)).rejects.toThrow(`${directory} is no folder of spools: it holds "${name}"`)
    expect(await readdir(directory)).toEqual([name])
  })

  it('that is a file is refused by name', async () => {
    const file = join(directory, 'file')
    await writeFile(file, '')
    await expect(checkSpoolFolder(file)).rejects.toThrow(`${file} cannot be read (ENOTDIR)`)
  })
})
