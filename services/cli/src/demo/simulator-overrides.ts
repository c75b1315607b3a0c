import { readFileSync } from 'node:fs'
import { mergeSettings } from '@rollcall/exotel-simulator/merge-settings'
import { InvalidArgumentError } from 'commander'

/** Settings of the simulator as an operator named them; the simulator itself checks them when it starts. */
export type Overrides = Readonly<Record<string, unknown>>

/** Named here, they would part the simulator from the account that is written for Rollcall. */
const OWN_OPTIONS: Readonly<Record<string, string>> = { port: '--port', seed: '--seed', webhookUrl: '--webhook-url', host: '--port', account: '--directory' }
const KEPT_FREE = ['account.cluster', 'account.utcOffsetMinutes']

/** `traffic.longCalls.share=0.01`: the value is JSON, or else text. Repeated options add up. @throws InvalidArgumentError */
export const settingOption = (text: string, before: Overrides = {}): Overrides => {
  const equals = text.indexOf('=')
  const path = text.slice(0, equals).split('.')
  if (equals < 1 || path.some((name) => !/^[A-Za-z][\w-]*$/.test(name)))
    throw new InvalidArgumentError('Needed is a setting and its value, such as traffic.longCalls.share=0.01 (--list-settings names all).')
  const [first = ''] = path
  const own = OWN_OPTIONS[first]
  if (own !== undefined && !KEPT_FREE.includes(path.join('.'))) throw new InvalidArgumentError(`${path.join('.')} has an option of its own: ${own}.`)
  return mergeSettings(
    before,
    path.reduceRight<unknown>((value, name) => ({ [name]: value }), settingValue(text.slice(equals + 1))),
  ) as Overrides
}

const settingValue = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `inbound-passthru=30,campaign=5`: only these kinds of call, as often as their weights say. @throws InvalidArgumentError */
export const mixOption = (text: string): Readonly<Record<string, number>> => {
  const weights = text.split(',').map((part) => /^([a-z0-9-]+)=(\d+(?:\.\d+)?)$/.exec(part.trim()))
  if (weights.some((match) => match === null)) throw new InvalidArgumentError('Needed are kinds of call with weights, such as inbound-passthru=30,campaign=5.')
  return Object.fromEntries(weights.map((match) => [match?.[1], Number(match?.[2])]))
}

/** A file of settings, JSON, as the simulator's options have them. @throws InvalidArgumentError */
export const settingsFileOption = (file: string): Overrides => {
  try {
    const settings: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) throw new Error('it holds no object')
    return settings as Overrides
  } catch (error) {
    throw new InvalidArgumentError(`Needed is a file with a JSON object of settings: ${error instanceof Error ? error.message : String(error)}.`)
  }
}
