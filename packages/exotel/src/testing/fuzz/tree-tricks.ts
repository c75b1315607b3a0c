/** Tricks on what is sent, before it is encoded: each keeps enough of the shape for the reader to follow it inside. */
import type { Chance } from './chance.ts'

export type Tree = Record<string, unknown>
export type TreeTrick = (tree: Tree, chance: Chance, graft: Readonly<Tree>) => void

const VALUES: readonly unknown[] = [
  ...['', ' ', 'null', 'NULL', 'undefined', 'NaN', 'true', '0', '-1', '1e99', '1e308', '-0.000', '9'.repeat(50), '１２', '٣', '1,5', '0x10', '+1'],
  ...['\0', 'a\0b', '\ud800', '\udfff\ud800', '\u202e', '\ufeff', '\r\n', '\r\n--', '%00', '%', '%ff', '&=', '="', "['completed']", '["completed"]', '"1"', "['", '[]', '{}'],
  ...['2024-02-30 00:00:00', '1970-01-01 05:30:00', '0001-01-01T00:00:00Z', '9999-12-31 23:59:59', '2024-01-15T14:25:10.123456789+05:30', 'Wed, 32 Feb 2022 12:31:59'],
  ...['completed', 'BUSY', 'levitating', 'unknown', 'terminal', 'answered', 'incoming', 'outbound', 'constructor', '__proto__', 'sip:x', '0XXXXX38847', '+91 90000 00001'],
  ...['x'.repeat(8_192), 'x'.repeat(8_193), '9'.repeat(20_000), `https://recordings.example/${'?'.repeat(500)}`],
  ...[null, true, false, 0, -0, -1, 1e-7, 1e21, 1e308, 21010, [], {}, [[]], [null], ['a', 'b'], ['completed'], [['completed']], { length: 1e9 }, { toString: 'x', valueOf: null }],
  ...[{ Leg: null }, [{ Leg: { Id: 1, OnCallDuration: 1 } }], { 1: { Status: 'busy' }, 2: { Status: {} } }, { url: 'https://recordings.example/a' }, { contact_uri: 'sip:x' }],
]

const NAMES: readonly string[] = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', '', ' ', '\0', 'Call', 'data', 'response', 'call_details', 'SMSMessage', 'Details'],
  ...[
    'Legs',
    'Legs[0][Status]',
    'Legs[1][OnCallDuration]',
    'Legs[99][Status]',
    'Legs[100][Status]',
    'Legs[0][__proto__]',
    'Legs[__proto__][x]',
    'Legs[0]',
    'Legs[]',
    'Legs[0][a][b]',
  ],
  ...['CallSid', 'call_sid', 'Sid', 'sid', 'SmsSid', 'event_sid', 'campaign_sid', 'status_type', 'CallFrom', 'CallState', 'Status', 'EventType', 'DateUpdated', 'AccountSid'],
]

const LEGS: readonly unknown[] = [
  ...[
    'completed',
    '',
    7,
    true,
    {},
    [],
    [[]],
    [null],
    [{}],
    ['x'],
    { 0: 'x' },
    { 0: null, 1: null },
    { '00': { Status: 'busy' } },
    { 1: { Status: 'busy' }, 100: { Status: 'busy' } },
  ],
  ...[Array(101).fill({ Status: 'busy' }), [{ Leg: { Id: -1 } }, { Leg: { Id: 1e9 } }, { Leg: { Id: '2' } }, { Leg: { Id: 2, OnCallDuration: 'x' } }]],
  ...[
    [{ Leg: { Leg: { Status: 'busy' } } }],
    { 0: { Leg: { Id: 1, Status: 'busy' } }, 1: { Leg: { Id: 1, Status: 'free' } } },
    { __proto__: null, constructor: { Status: 'busy' } },
  ],
]

/** Own property even where the name is `__proto__`. A list keeps its length. What is put is a copy: the next trick may change it. */
const put = (tree: Tree, name: string, value: unknown): void => {
  if (Array.isArray(tree) && name === 'length') return
  const copy = isTree(value) ? structuredClone(value) : value
  Object.defineProperty(tree, name, { value: copy, enumerable: true, configurable: true, writable: true })
}

const names = (tree: Readonly<Tree>): readonly string[] => Object.keys(tree)
const someName = (tree: Readonly<Tree>, chance: Chance): string | null => (names(tree).length === 0 ? null : chance.pick(names(tree)))
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null

/** The tree itself, or one of those in it. */
const somewhere = (tree: Tree, chance: Chance): Tree => {
  const inner = Object.values(tree).filter(isTree)
  return inner.length === 0 || chance.once(2) ? tree : somewhere(chance.pick(inner), chance)
}

const onSome = (act: (tree: Tree, name: string, chance: Chance, graft: Readonly<Tree>) => void): TreeTrick => {
  return (root, chance, graft) => {
    const tree = somewhere(root, chance)
    const name = someName(tree, chance)
    if (name !== null) act(tree, name, chance, graft)
  }
}

export const TREE_TRICKS: Readonly<Record<string, TreeTrick>> = {
  drop: onSome((tree, name) => void delete tree[name]),
  value: onSome((tree, name, chance) => put(tree, name, chance.pick(VALUES))),
  wrap: onSome((tree, name, chance) => {
    const value = tree[name]
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    put(tree, name, chance.pick([[value], { [name]: value }, [value, value], `['${text}']`, `"${text}"`, ` ${text} `]))
  }),
  rename: onSome((tree, name, chance) => {
    put(tree, chance.pick([name.toLowerCase(), name.toUpperCase(), `${name}[]`, ` ${name}`, `${name}\0`, chance.pick(NAMES)]), tree[name])
    delete tree[name]
  }),
  swap: onSome((tree, name, chance) => {
    const other = someName(tree, chance) ?? name
    const value = tree[name]
    put(tree, name, tree[other])
    put(tree, other, value)
  }),
  name: (root, chance) => put(somewhere(root, chance), chance.pick(NAMES), chance.pick(VALUES)),
  graft: (root, chance, graft) => {
    const name = someName(graft, chance)
    if (name !== null) put(somewhere(root, chance), name, graft[name])
  },
  merge: (root, chance, graft) => {
    for (const name of names(graft)) if (!chance.once(3)) put(root, name, graft[name])
  },
  legs: (root, chance) => put(root, 'Legs', chance.pick(LEGS)),
  prototype: (root, chance) => put(somewhere(root, chance), '__proto__', { polluted: true, Status: 'busy', CallSid: 'polluted' }),
}
