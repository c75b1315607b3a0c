import { describe, expect, it } from 'vitest'
import { serverProperties } from './server-properties.ts'

const ports = [1, 2, 3].map((id) => ({ broker: id * 1_000, controller: id * 1_000 + 1, replication: id * 1_000 + 2 }))
const lines = (id: number, nodes: number) => serverProperties({ id, ports: ports.slice(0, nodes), reachedAt: ports.slice(0, nodes), dataDirectory: '/data/node' }).split('\n')

describe('the settings of a Kafka node', () => {
  it('never leave this machine', () => {
    for (const line of lines(2, 3).filter((line) => line.includes('://')))
      expect(line.match(/:\/\/[^:]+/g)).toSatisfy((hosts: string[]) => hosts.every((host) => host === '://127.0.0.1'))
  })
  it('name every node as a voter', () => expect(lines(2, 3)).toContain('controller.quorum.voters=1@127.0.0.1:1001,2@127.0.0.1:2001,3@127.0.0.1:3001'))
  it('advertise the ports of the node itself', () => expect(lines(2, 3)).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:2000,REPLICATION://127.0.0.1:2002'))
  it('listen on its own ports and are told to others as what stands before them', () => {
    const reachedAt = ports.map((own) => ({ broker: own.broker + 500, controller: own.controller + 500, replication: own.replication + 500 }))
    expect(serverProperties({ id: 1, ports, reachedAt, dataDirectory: '/data/node' }).split('\n')).toEqual(
      expect.arrayContaining([
        'listeners=PLAINTEXT://127.0.0.1:1000,REPLICATION://127.0.0.1:1002,CONTROLLER://127.0.0.1:1001',
        'advertised.listeners=PLAINTEXT://127.0.0.1:1500,REPLICATION://127.0.0.1:1502',
        'controller.quorum.voters=1@127.0.0.1:1501,2@127.0.0.1:2501,3@127.0.0.1:3501',
      ]),
    )
  })
  it.each([
    [1, '1', '1'],
    [3, '3', '2'],
  ])('of a cluster of %i keep %s copies and acknowledge with %s', (nodes, copies, inSync) => {
    expect(lines(1, nodes)).toEqual(expect.arrayContaining([`default.replication.factor=${copies}`, `offsets.topic.replication.factor=${copies}`, `min.insync.replicas=${inSync}`]))
  })
  it('never throw data away or make topics on their own', () => {
    expect(lines(1, 1)).toEqual(expect.arrayContaining(['log.retention.ms=-1', 'auto.create.topics.enable=false', 'unclean.leader.election.enable=false']))
  })
  it('refuse a node that has no ports', () => expect(() => lines(4, 3)).toThrow('Kafka node 4 has no ports among 3 nodes'))
})
