import { describe, expect, it } from 'vitest'
import { createNetworks } from './networks.ts'
import { sourceAddress } from './source-address.ts'

const NONE = createNetworks([])
const PROXIES = createNetworks(['10.0.0.0/8', 'fd00::/8'])

describe('where a request came from', () => {
  it.each([
    ['the peer, without a header', '203.0.113.7', undefined, '203.0.113.7'],
    ['the peer, when it is no trusted proxy, whatever it claims', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['what the trusted proxy saw', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['the same over an IPv6 socket', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['not what the sender put before it', '10.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['the first that no trusted proxy has, from the right', '10.0.0.1', '1.1.1.1, 198.51.100.1,10.1.1.1 , fd00::1', '198.51.100.1'],
    ['the outermost proxy when all are trusted', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['the proxy that passed rubbish on', '10.0.0.1', '198.51.100.1, rubbish, 10.0.0.2', '10.0.0.2'],
    ['the proxy itself before nothing but rubbish', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['an address, not its port', '10.0.0.1', '198.51.100.1:4711', '10.0.0.1'],
    ['the last of a thousand', '10.0.0.1', `${'1.1.1.1, '.repeat(1_000)}198.51.100.1`, '198.51.100.1'],
    ['the proxy before an empty header', '10.0.0.1', '', '10.0.0.1'],
    ['one spelling of an address', '10.0.0.1', '::FFFF:198.51.100.1', '198.51.100.1'],
  ])('is %s', (_what, peer, forwardedFor, source) => {
    expect(sourceAddress(peer, forwardedFor, PROXIES)).toBe(source)
  })

  it('is always the peer where no proxy is trusted', () => {
    expect(sourceAddress('10.0.0.1', '198.51.100.1', NONE)).toBe('10.0.0.1')
  })
})
