import type { Curve } from "./api/index.js";

/** One value of a curve. */
export interface CurvePoint {
  readonly step: number;
  readonly value: number;
  /** Where it is the mean of several. */
  readonly lowest?: number | undefined;
  readonly highest?: number | undefined;
  readonly time: number;
  readonly sequence: number;
}

type Column = "step" | "value" | "lowest" | "highest" | "time" | "sequence";

/** Numbers behind one another, in memory that grows by doubling: a million points take 48 MB, not 200. */
export class GrowingCurve {
  #capacity = 64;
  #length = 0;
  #columns: Record<Column, Float64Array> = columnsOf(this.#capacity);
  #hasExtremes = false;

  get length(): number {
    return this.#length;
  }

  add({ step, value, lowest = value, highest = value, time, sequence }: CurvePoint): void {
    if (this.#length === this.#capacity) this.#grow();
    const columns = this.#columns;
    const at = this.#length++;
    columns.step[at] = step;
    columns.value[at] = value;
    columns.lowest[at] = lowest;
    columns.highest[at] = highest;
    columns.time[at] = time;
    columns.sequence[at] = sequence;
    if (!Object.is(lowest, value) || !Object.is(highest, value)) this.#hasExtremes = true;
  }

  /** Takes back what lies behind a step. */
  goBackTo(step: number): void {
    this.#length = this.#firstBehind(step);
  }

  /** How many points are at this step or before. */
  #firstBehind(step: number): number {
    const steps = this.#columns.step;
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((steps[middle] ?? 0) <= step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    this.#capacity *= 2;
    const grown = columnsOf(this.#capacity);
    for (const name of Object.keys(grown) as Column[]) grown[name].set(this.#columns[name]);
    this.#columns = grown;
  }

  /**
   * The part between two steps, in so many points at most. A point that stands for several is at the last of
   * their steps, with their mean and their extremes, so that no peak is lost. Where one of them is not
   * finite, neither is the mean: the curve has a gap there.
   */
  between(from: number, to: number, points: number): Curve {
    const first = from <= 0 ? 0 : this.#firstBehind(from - 1);
    const end = this.#firstBehind(to);
    const count = Math.max(0, end - first);
    const groups = Math.min(points, count);
    const isThinned = groups < count;
    const { step, value, lowest, highest, time, sequence } = this.#columns;
    const curve = {
      ...{ step: [] as number[], value: [] as (number | null)[] },
      ...{ lowest: [] as (number | null)[], highest: [] as (number | null)[] },
      ...{ time: [] as number[], sequence: [] as number[] },
    };
    for (let group = 0; group < groups; group++) {
      const start = first + Math.floor((group * count) / groups);
      const last = first + Math.floor(((group + 1) * count) / groups) - 1;
      let sum = 0;
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let index = start; index <= last; index++) {
        sum += value[index] ?? 0;
        low = lesser(low, lowest[index] ?? low);
        high = -lesser(-high, -(highest[index] ?? high));
      }
      curve.step.push(step[last] ?? 0);
      curve.value.push(finite(sum / (last - start + 1)));
      curve.lowest.push(finite(low));
      curve.highest.push(finite(high));
      curve.time.push(time[last] ?? 0);
      curve.sequence.push(sequence[last] ?? 0);
    }
    if (isThinned || this.#hasExtremes) return curve;
    const { lowest: _lowest, highest: _highest, ...single } = curve;
    return single;
  }
}

/** Passes over NaN, which Math.min does not. */
const lesser = (a: number, b: number): number => (b < a ? b : a);

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const columnsOf = (length: number): Record<Column, Float64Array> => ({
  step: new Float64Array(length),
  value: new Float64Array(length),
  lowest: new Float64Array(length),
  highest: new Float64Array(length),
  time: new Float64Array(length),
  sequence: new Float64Array(length),
});
