import { describe, expect, it } from 'vitest'
import { chooseEventLog, type FoundLogs } from './choose-event-log.ts'
import type { Usable } from './usable.ts'

const yes = (what: string): Usable => ({ usable: true, what })
const no = (why: string): Usable => ({ usable: false, why })
const bare: FoundLogs = { wanted: 'auto', brokersGiven: false, held: null, java: no('no java'), jars: no('no mvn'), docker: no('no docker') }
const java = yes('Java 17')
const maven = yes('Maven')
const docker = yes('Docker answers')

describe('the event log', () => {
  const cases: [string, Partial<FoundLogs>, ReturnType<typeof chooseEventLog>][] = [
    ['is the Kafka that KAFKA_BROKERS names', { brokersGiven: true, java, jars: maven, docker }, { kind: 'given', why: 'KAFKA_BROKERS is set' }],
    ['is that one too where the folder holds another', { brokersGiven: true, held: 'embedded' }, { kind: 'given', why: 'KAFKA_BROKERS is set' }],
    ['is Apache Kafka where there are Java and Maven', { java, jars: maven, docker }, { kind: 'java', why: 'Java 17 and Maven are here' }],
    ['is Apache Kafka where the jars are there already', { java, jars: yes('its cached jars') }, { kind: 'java', why: 'Java 17 and its cached jars are here' }],
    ['is Docker’s where Java is missing', { jars: maven, docker }, { kind: 'docker', why: 'Docker answers, and no java' }],
    ['is Docker’s where Maven is missing', { java, docker }, { kind: 'docker', why: 'Docker answers, and no mvn' }],
    ['is the embedded one on a bare machine', {}, { kind: 'embedded', why: 'no java; no docker' }],
    ['is the embedded one when that was asked for', { wanted: 'embedded', brokersGiven: true, java, jars: maven }, { kind: 'embedded', why: 'it was asked for' }],
    [
      'stays the embedded one when Java comes to the machine',
      { held: 'embedded', java, jars: maven },
      { kind: 'embedded', why: 'the data directory holds one (--fresh chooses anew)' },
    ],
    ['stays Apache Kafka when Docker comes', { held: 'java', java, jars: maven, docker }, { kind: 'java', why: 'the data directory holds it (Java 17 and Maven)' }],
    ['stays Docker’s when Java comes', { held: 'docker', java, jars: maven, docker }, { kind: 'docker', why: 'the data directory holds it (Docker answers)' }],
  ]
  it.each(cases)('%s', (_, found, choice) => expect(chooseEventLog({ ...bare, ...found })).toEqual(choice))

  const refusals: [string, Partial<FoundLogs>, string][] = [
    ['Kafka was asked for on a bare machine', { wanted: 'kafka' }, 'no java; no docker. Install Java 17 and Maven, start Docker, or set KAFKA_BROKERS'],
    ['the folder’s Kafka has lost its Java', { held: 'java', docker }, 'holds an Apache Kafka cluster, but no java. Bring that back, or begin anew with --fresh'],
    ['the folder’s Kafka is in a Docker that does not answer', { held: 'docker', java, jars: maven }, 'but no docker. Bring that back'],
    ['Kafka was asked for and the folder holds the embedded log', { wanted: 'kafka', held: 'embedded', java, jars: maven }, 'holds an embedded log. Begin anew with --fresh'],
    [
      'the embedded log was asked for and the folder holds Kafka',
      { wanted: 'embedded', held: 'java', java, jars: maven },
      'holds an Apache Kafka cluster. Begin anew with --fresh',
    ],
  ]
  it.each(refusals)('is refused with what to do when %s', (_, found, why) => {
    expect(chooseEventLog({ ...bare, ...found })).toEqual({ kind: 'none', why: expect.stringContaining(why) })
  })
})
