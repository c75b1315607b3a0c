import { describe, expect, it } from 'vitest'
import type { TopicSpec } from '../event-log.ts'
import { type ObservedTopic, topicProblems } from './topic-problems.ts'
import { topicSettings } from './topic-settings.ts'

const truth: TopicSpec = { name: 'rollcall.observations.v1', partitions: 12, cleanup: 'delete' }
const changelog: TopicSpec = { ...truth, name: 'rollcall.calls.v1', cleanup: 'compact' }

/** What the topic looks like after we created it on so many brokers. */
const created = (spec: TopicSpec, brokers: number): ObservedTopic => ({ partitions: spec.partitions, ...topicSettings(spec, brokers) })
const safe = created(truth, 3)
const withConfig = (config: Record<string, string>): ObservedTopic => ({ ...safe, config: { ...safe.config, ...config } })

describe('a topic', () => {
  it.each([truth, changelog])('is safe as we create it on three brokers or more: $name', (spec) => {
    expect(topicProblems(spec, { topic: created(spec, 3), autoCreate: 'false' })).toEqual([])
    expect(topicProblems(spec, { topic: created(spec, 9), autoCreate: 'false' })).toEqual([])
  })

  it.each<[string, TopicSpec, ObservedTopic | null, string, string, string]>([
    ['missing', truth, null, 'topic', 'missing', '12 partitions'],
    ['in fewer partitions', truth, { ...safe, partitions: 6 }, 'partitions', '6', '12'],
    ['in more partitions', truth, { ...safe, partitions: 24 }, 'partitions', '24', '12'],
    ['on two replicas', truth, { ...safe, replicationFactor: 2 }, 'replication.factor', '2', '3'],
    ['acknowledged by one replica', truth, withConfig({ 'min.insync.replicas': '1' }), 'min.insync.replicas', '1', '2'],
    ['forgotten after a week', truth, withConfig({ 'retention.ms': '604800000' }), 'retention.ms', '604800000', '-1'],
    ['forgotten when it is large', truth, withConfig({ 'retention.bytes': '1073741824' }), 'retention.bytes', '1073741824', '-1'],
    ['compacted where history matters', truth, withConfig({ 'cleanup.policy': 'compact' }), 'cleanup.policy', 'compact', 'delete'],
    ['compacted as well as deleted', truth, withConfig({ 'cleanup.policy': 'compact,delete' }), 'cleanup.policy', 'compact,delete', 'delete'],
    ['a changelog that is deleted', changelog, withConfig({ 'cleanup.policy': 'delete' }), 'cleanup.policy', 'delete', 'compact'],
    ['a changelog that is deleted as well as compacted', changelog, withConfig({ 'cleanup.policy': 'compact,delete' }), 'cleanup.policy', 'compact,delete', 'compact'],
    ['led by a replica that lags', truth, withConfig({ 'unclean.leader.election.enable': 'true' }), 'unclean.leader.election.enable', 'true', 'false'],
    ['too narrow for a record', truth, withConfig({ 'max.message.bytes': '65536' }), 'max.message.bytes', '65536', '1048576'],
    [
      'closed to hosts whose clock is ahead',
      truth,
      withConfig({ 'message.timestamp.after.max.ms': '3600000' }),
      'message.timestamp.after.max.ms',
      '3600000',
      '9223372036854775807',
    ],
    ['silent about a setting', truth, { ...safe, config: { ...safe.config, 'retention.ms': undefined as unknown as string } }, 'retention.ms', 'unknown', '-1'],
  ])('is not safe when it is %s', (_, spec, topic, setting, value, needed) => {
    expect(topicProblems(spec, { topic, autoCreate: 'false' })).toEqual([{ setting, value, needed, howToFix: expect.stringMatching(/.{30}/) }])
  })

  it('is safe on brokers that do not know how far ahead a record may be, and take it', () => {
    const { 'message.timestamp.after.max.ms': _, ...config } = safe.config
    expect(topicProblems(truth, { topic: { ...safe, config }, autoCreate: 'false' })).toEqual([])
  })

  it('is not safe on brokers that make topics by accident', () => {
    expect(topicProblems(truth, { topic: safe, autoCreate: 'true' })).toEqual([
      { setting: 'auto.create.topics.enable (broker)', value: 'true', needed: 'false', howToFix: expect.stringContaining('auto.create.topics.enable=false') },
    ])
  })

  it('is not safe on one broker, and flushing every write does not change that', () => {
    const alone = created(truth, 1)
    const settings = (topic: ObservedTopic) => topicProblems(truth, { topic, autoCreate: 'false' }).map(({ setting }) => setting)
    expect(settings(alone)).toEqual(['replication.factor', 'min.insync.replicas'])
    expect(settings({ ...alone, config: { ...alone.config, 'flush.messages': '9223372036854775807' } })).toEqual(['replication.factor', 'min.insync.replicas', 'flush.messages'])
  })

  it('is mended by a command that can be pasted', () => {
    const [problem] = topicProblems(truth, { topic: withConfig({ 'retention.ms': '1' }), autoCreate: 'false' })
    expect(problem?.howToFix).toBe('kafka-configs.sh --bootstrap-server BROKER --alter --entity-type topics --entity-name rollcall.observations.v1 --add-config retention.ms=-1')
  })
})
