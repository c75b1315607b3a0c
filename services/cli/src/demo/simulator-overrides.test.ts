import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { afterAll, describe, expect, it } from 'vitest'
import { mixOption, settingOption, settingsFileOption } from './simulator-overrides.ts'

const directory = mkdtempSync(join(tmpdir(), 'rollcall-settings-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('a setting on the command line', () => {
  it('is read as JSON, or else as text, and added to those before', () => {
    const settings = ['faults.dropRate=0.5', 'webhooks.retries=sms', 'faults.delay={"rate":1}', 'faults.delay.seconds=5', 'account.cluster=singapore'].reduce(
      (before, text) => settingOption(text, before),
      {},
    )
    expect(settings).toEqual({ faults: { dropRate: 0.5, delay: { rate: 1, seconds: 5 } }, webhooks: { retries: 'sms' }, account: { cluster: 'singapore' } })
  })

  it.each(['faults.dropRate', '=1', 'faults..dropRate=1', 'faults.dropRate =1', '__proto__.x=1'])('%j is refused with an example', (text) =>
    expect(() => settingOption(text)).toThrow(InvalidArgumentError),
  )

  it.each(['seed=1', 'port=1', 'webhookUrl=x', 'account.sid=x'])('%j has an option of its own', (text) => expect(() => settingOption(text)).toThrow('has an option of its own'))
})

it('a mix is weights by kind', () => {
  expect(mixOption('inbound-passthru=30, campaign=0.5')).toEqual({ 'inbound-passthru': 30, campaign: 0.5 })
  for (const wrong of ['campaign', 'campaign=-1', '', 'campaign=1,']) expect(() => mixOption(wrong)).toThrow(InvalidArgumentError)
})

it('a file of settings holds a JSON object', () => {
  const file = join(directory, 'settings.json')
  writeFileSync(file, '{"traffic":{"callsPerSecond":5}}')
  expect(settingsFileOption(file)).toEqual({ traffic: { callsPerSecond: 5 } })
  writeFileSync(file, '[]')
  expect(() => settingsFileOption(file)).toThrow('it holds no object')
  expect(() => settingsFileOption(join(directory, 'none'))).toThrow(InvalidArgumentError)
})
