// Stands in for core's `kFold` until both are on one branch.

/** Positions of the samples of each fold: every sample is tested once. */
export function kFold(
  length: number,
  k: number,
  { seed }: { seed: number },
): { train: Int32Array; test: Int32Array }[] {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  const order = Array.from({ length }, (_, sample) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return { sample, key: state >>> 0 };
  }).sort((a, b) => a.key - b.key);
  return Array.from({ length: k }, (_, fold) => {
    const isTest = (_: unknown, position: number): boolean => position % k === fold;
    const pick = (keep: (each: unknown, position: number) => boolean): Int32Array =>
      Int32Array.from(order.filter(keep), ({ sample }) => sample);
    return { test: pick(isTest), train: pick((each, position) => !isTest(each, position)) };
  });
}
