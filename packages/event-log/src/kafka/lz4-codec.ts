import kafkajs from 'kafkajs'
import { compressFrameSync, decompressFrameSync } from 'lz4-napi'

/**
 * LZ4 for kafkajs, which ships without it. Frames of lz4-napi have independent blocks, the only kind Kafka's own reader takes.
 * Synchronous, because half a megabyte takes half a millisecond and a thread's hand-over costs more. Both directions are
 * registered together: whoever reads the log must know every codec any writer ever used.
 */
export const registerLz4 = (): void => {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({
    compress: async (encoder: { buffer: Buffer }) => compressFrameSync(encoder.buffer),
    decompress: async (buffer: Buffer) => decompressFrameSync(buffer),
  })
}
