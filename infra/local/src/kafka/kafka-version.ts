/** Data is written in this version's format; kafka/pom.xml names the same one (a test compares them). */
export const KAFKA_VERSION = '4.3.1'
