import { BlockList, isIP } from 'node:net'

/** Whether an address, as a socket gives it, is in one of the networks. */
export type Networks = (address: string) => boolean

/** Networks written as CIDR, IPv4 and IPv6. Only what has been checked to be CIDR may come here. */
export const createNetworks = (cidrs: readonly string[]): Networks => {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [network = '', prefix = ''] = cidr.split('/')
    list.addSubnet(network, Number(prefix), familyOf(network))
  }
  return (address) => {
    const plain = plainAddress(address)
    return plain !== null && list.check(plain, familyOf(plain))
  }
}

const MAPPED = /^::ffff:(?=[0-9]+\.)/i

/** One spelling for one host: IPv4 that came over an IPv6 socket is IPv4, and a zone says nothing about a network. Null for what is no address. */
export const plainAddress = (address: string): string | null => {
  const plain = address.replace(MAPPED, '').replace(/%.*$/, '')
  return isIP(plain) === 0 ? null : plain
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
