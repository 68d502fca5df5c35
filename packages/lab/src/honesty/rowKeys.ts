import { hash } from "node:crypto";

/** A key is the SHA-256 of a row, 32 bytes, or stands for a short row itself. */
export const keyBytes = 32;

/** Longer rows are hashed. The last byte of what they are found by holds the length of shorter ones. */
const longestPlain = 15;

/**
 * The keys of some rows, one after the other: the SHA-256 of each, or, where rows have 15 bytes at most,
 * as labels do, the row itself, zeros, and its length in byte 15; hashing would take most of the time
 * that a label takes. The first 128 bits tell rows apart: that two different rows share them is out of the
 * question, as among 10^9 rows the probability is 10^-21.
 *
 * @param rows the bytes of `count` rows of one length
 */
export function keysOf(rows: Uint8Array, count: number): Buffer {
  const keys = Buffer.alloc(count * keyBytes);
  const size = rows.length / Math.max(count, 1);
  for (let row = 0; row < count; row++) {
    const bytes = rows.subarray(row * size, (row + 1) * size);
    const at = row * keyBytes;
    if (size > longestPlain) {
      // As text, because one is made five times faster than a Buffer is.
      keys.write(hash("sha256", bytes, "binary"), at, "binary");
    } else {
      keys.set(bytes, at);
      keys[at + longestPlain] = size;
    }
  }
  return keys;
}
