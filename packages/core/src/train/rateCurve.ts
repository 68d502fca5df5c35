/** The loss after a step of some size. */
export interface RatePoint {
  readonly rate: number;
  /** Of the batch that followed the step. */
  readonly loss: number;
  /** The median of this loss and its neighbours', as many on either side. */
  readonly smoothed: number;
  /** What the smoothed loss changes by for each factor of 10, by least squares over the same neighbours; 0 at the ends. */
  readonly slope: number;
}

interface Measured {
  readonly rate: number;
  readonly loss: number;
}

/** Neighbours on either side, as a share of all points. */
const reach = 1 / 16;

/**
 * Losses over rates, smoothed without delay: a running mean of what came before would lag behind, and one batch
 * at which training explodes would pull a mean of neighbours along.
 */
export function rateCurve(measured: readonly Measured[], planned: number): RatePoint[] {
  const span = Math.max(3, Math.round(planned * reach));
  const near = <T>(list: readonly T[], index: number): T[] => {
    const room = Math.min(span, index, list.length - 1 - index);
    return list.slice(index - room, index + room + 1);
  };
  const smooth = measured.map(({ rate }, index) => ({
    rate,
    loss: median(near(measured, index).map(({ loss }) => loss)),
  }));
  return measured.map(({ rate, loss }, index) => ({
    rate,
    loss,
    smoothed: smooth[index]?.loss ?? loss,
    slope: slopeOf(near(smooth, index)),
  }));
}

/** Of an odd number of values. */
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[(values.length - 1) / 2] ?? Number.NaN;

function slopeOf(points: readonly Measured[]): number {
  const mean = (of: (each: Measured) => number): number =>
    points.reduce((sum, each) => sum + of(each), 0) / points.length;
  const place = ({ rate }: Measured): number => Math.log10(rate);
  const [x, y] = [mean(place), mean(({ loss }) => loss)];
  if (points.length === 1) return 0;
  const product = mean((each) => (place(each) - x) * (each.loss - y));
  return product / mean((each) => (place(each) - x) ** 2);
}
