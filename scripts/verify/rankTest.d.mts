export declare function probabilityOfRankingAsHigh(
  a: readonly number[],
  b: readonly number[],
): number;
export declare function median(values: readonly number[]): number;
