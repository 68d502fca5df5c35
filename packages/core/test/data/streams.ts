import type { StreamChunk, StreamSource } from "../../src/data/index.js";

/** Samples 0, 1, 2, ... with ten times their number beside, in chunks of these sizes. */
export function counting(
  chunks: readonly number[],
  options: { readonly announced?: number; readonly closed?: () => void } = {},
): StreamSource {
  return {
    columns: [
      { name: "number", shape: [1], dtype: "float32" },
      { name: "tenfold", shape: [], dtype: "int32" },
    ],
    ...(options.announced !== undefined && { samples: options.announced }),
    async *read(): AsyncGenerator<StreamChunk> {
      try {
        let start = 0;
        for (const size of chunks) {
          const numbers = Array.from({ length: size }, (_, index) => start + index);
          yield [Float32Array.from(numbers), Int32Array.from(numbers, (each) => 10 * each)];
          start += size;
        }
      } finally {
        options.closed?.();
      }
    },
  };
}
