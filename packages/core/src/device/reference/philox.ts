/** Four words of 32 bits. */
export type Words = readonly [number, number, number, number];

const multipliers = [0xd2511f53, 0xcd9e8d57] as const;
const weyl = [0x9e3779b9, 0xbb67ae85] as const;

/** The upper 32 bits of the 64-bit product of two words. */
function multiplyHigh(a: number, b: number): number {
  const low = (a & 0xffff) * b;
  const high = (a >>> 16) * b;
  return Math.floor((high + Math.floor(low / 0x10000)) / 0x10000);
}

/** Philox4x32-10: four random words for a counter under a key (Salmon et al. 2011, section 4.3). */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [a, b, c, d] = counter;
  let [left, right] = key;
  for (let round = 0; round < 10; round++) {
    [a, b, c, d] = [
      (multiplyHigh(multipliers[1], c) ^ b ^ left) >>> 0,
      Math.imul(multipliers[1], c) >>> 0,
      (multiplyHigh(multipliers[0], a) ^ d ^ right) >>> 0,
      Math.imul(multipliers[0], a) >>> 0,
    ];
    left = (left + weyl[0]) >>> 0;
    right = (right + weyl[1]) >>> 0;
  }
  return [a, b, c, d];
}

/** The lower and the upper 32 bits of an integer below 2^53. */
export const splitWords = (integer: number): readonly [number, number] => [
  integer % 0x100000000,
  Math.floor(integer / 0x100000000),
];
