export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 97.5 % of the normal distribution lie below. */
const z = 1.959963984540054;

/**
 * The 95 % interval of a share by Wilson's score, which stays inside 0 to 1 and holds for few samples
 * and for shares near the ends:
 *
 *     (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
 *
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 *
 * @param share p, from 0 to 1
 * @param samples n, 1 or more
 */
export function wilsonInterval(share: number, samples: number): Interval {
  const square = z ** 2 / samples;
  const centre = share + square / 2;
  const half = z * Math.sqrt((share * (1 - share)) / samples + square / (4 * samples));
  return {
    low: Math.max(0, (centre - half) / (1 + square)),
    high: Math.min(1, (centre + half) / (1 + square)),
  };
}
