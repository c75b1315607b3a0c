import { describe, expect, it } from 'vitest'
import { parseBrokers } from './parse-brokers.ts'

describe('KAFKA_BROKERS', () => {
  it.each([
    ['a:9092', ['a:9092']],
    [' a.example.com:9092 , 10.0.0.1:9093,', ['a.example.com:9092', '10.0.0.1:9093']],
    ['[::1]:9092', ['[::1]:9092']],
  ])('%j is %j', (text, brokers) => expect(parseBrokers(text)).toEqual(brokers))
  it.each([
    ['a', 'of which "a" is not host:port'],
    ['a:9092,kafka://b:9092', 'of which "kafka://b:9092" is not host:port'],
    [' , ', 'KAFKA_BROKERS is " , ".'],
  ])('%j is refused by name', (text, message) => expect(() => parseBrokers(text)).toThrow(message))
})
