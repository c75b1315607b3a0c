/** `host:port, host:port` as KAFKA_BROKERS has it. @throws Error naming the part that is not one. */
export const parseBrokers = (text: string): string[] => {
  const brokers = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
  const wrong = brokers.find((broker) => !/^(\[[\da-fA-F:]+\]|[^\s:/]+):\d{1,5}$/.test(broker))
  if (brokers.length === 0 || wrong !== undefined) {
    throw new Error(
      `KAFKA_BROKERS is "${text}"${wrong === undefined ? '' : `, of which "${wrong}" is not host:port`}. It is needed like broker-1:9092,broker-2:9092; unset it to have a log started here.`,
    )
  }
  return brokers
}
