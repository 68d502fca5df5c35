/** What one quantity of many trials or runs is: numbers, or one of some words. */
export interface Axis {
  readonly name: string;
  readonly title: string;
  readonly kind: "linear" | "log" | "words";
  /** Of numbers. */
  readonly min: number;
  readonly max: number;
  /** Whether it has none but whole numbers: what counts something has no tick at a half. */
  readonly isWhole: boolean;
  /** Of words, in order. */
  readonly words: readonly string[];
}

export type AxisValue = number | string | boolean | undefined;

export interface Tick {
  /** From 0 to 1. */
  readonly at: number;
  readonly value: number | string;
}

/** Words beyond these are put together, as the last one. */
const mostWords = 40;
const others = "…";

export interface AxisOptions {
  readonly title?: string;
  /** Logarithmic where all values are above 0. */
  readonly isLog?: boolean;
  /** What the axis spans at least. */
  readonly range?: readonly [min: number, max: number];
  /** Words that it has in any case. */
  readonly words?: readonly string[];
}

/** The axis of some values: of numbers where all of them are. Values that are none (NaN by name) have no place on it. */
export function axisOf(
  name: string,
  values: Iterable<AxisValue>,
  { title = name, isLog = false, range, words = [] }: AxisOptions = {},
): Axis {
  const numbers: number[] = [...(range ?? [])];
  const found = new Set(words);
  for (const value of values) {
    if (typeof value === "number") numbers.push(value);
    else if (value !== undefined && !isNotFinite(value)) found.add(String(value));
  }
  if (found.size > 0) {
    for (const each of numbers) found.add(String(each));
    const sorted = words.length > 0 ? [...found] : [...found].sort();
    const shown = sorted.length > mostWords ? [...sorted.slice(0, mostWords - 1), others] : sorted;
    return { name, title, kind: "words", min: 0, max: 1, isWhole: false, words: shown };
  }
  const [min, max] = extentOf(numbers);
  const kind = isLog && min > 0 ? "log" : "linear";
  const isWhole = numbers.length > (range?.length ?? 0) && numbers.every(Number.isInteger);
  return { name, title, kind, ...widened(min, max, kind), isWhole, words: [] };
}

/** Values further apart than this are told apart by their logarithm. */
const spanOfLog = 10;

/** The lowest and the highest of some values, whatever is finite of them; 0 and 1 where nothing is. */
function extentOf(values: Iterable<AxisValue | null>): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
}

/** Whether a logarithmic axis suits values where nobody chose: they are above 0, and span more than a decade. */
export function suitsLog(values: Iterable<AxisValue | null>): boolean {
  const [low, high] = extentOf(values);
  return low > 0 && high / low > spanOfLog;
}

/** One value alone stands in the middle. */
function widened(min: number, max: number, kind: Axis["kind"]): { min: number; max: number } {
  if (min < max) return { min, max };
  if (min <= 0) return { min: min - 1, max: max + 1 };
  return { min: min / 2, max: max * (kind === "log" ? 2 : 1.5) };
}

/** Names under which numbers that are not finite stand in JSON. */
const isNotFinite = (value: AxisValue): boolean =>
  value === "NaN" || value === "Infinity" || value === "-Infinity";

/** Where a value stands, from 0 to 1; null where it has no place. */
export function positionOf(axis: Axis, value: AxisValue): number | null {
  if (value === undefined || isNotFinite(value)) return null;
  if (axis.kind === "words") {
    const index = axis.words.indexOf(String(value));
    const place = index < 0 ? axis.words.indexOf(others) : index;
    return place < 0 ? null : (place + 0.5) / axis.words.length;
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return null;
  const [min, max, at] =
    axis.kind === "log"
      ? [Math.log(axis.min), Math.log(axis.max), Math.log(value)]
      : [axis.min, axis.max, value];
  const position = (at - min) / (max - min);
  return Number.isFinite(position) ? position : null;
}

/** The value at a position; of words, the one that it falls to. */
export function valueAt(axis: Axis, position: number): number | string {
  if (axis.kind === "words") {
    const index = Math.floor(position * axis.words.length);
    return axis.words[Math.max(0, Math.min(index, axis.words.length - 1))] ?? "";
  }
  if (axis.kind === "log") return axis.min * (axis.max / axis.min) ** position;
  return axis.min + (axis.max - axis.min) * position;
}

/** Round values along an axis, about as many as wanted; of words, as many of them as there is room for. */
export function ticksOf(axis: Axis, wanted: number): readonly Tick[] {
  const values =
    axis.kind === "words"
      ? axis.words.filter((_, index) => index % Math.ceil(axis.words.length / (2 * wanted)) === 0)
      : axis.kind === "log" && axis.max / axis.min >= 10
        ? decades(axis.min, axis.max, wanted)
        : steps(axis, wanted);
  return values.flatMap((value) => {
    const at = positionOf(axis, value);
    return at === null ? [] : [{ at, value }];
  });
}

function steps({ min, max, isWhole }: Axis, wanted: number): number[] {
  const rough = (max - min) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = power * ([1, 2, 5].find((each) => each * power >= rough * (1 - 1e-9)) ?? 10);
  const step = isWhole ? Math.max(1, round) : round;
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  // By a division where steps are fractions: 3 * 0.1 is no 0.3.
  const value = (index: number) => (step < 1 ? index / Math.round(1 / step) : index * step);
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    step >= 1e-9 ? value(first + index) : (first + index) * step,
  );
}

/** Powers of ten, with 2 and 5 times them where there are few. */
function decades(min: number, max: number, wanted: number): number[] {
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const multiples = (...factors: readonly number[]): number[] =>
    powers
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
      .filter((value) => value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9));
  const fine = multiples(1, 2, 5);
  if (fine.length <= wanted + 2) return fine;
  const coarse = multiples(1);
  const stride = Math.max(1, Math.ceil(coarse.length / wanted));
  return coarse.filter((_, index) => index % stride === 0);
}
