import type { LandscapeAnswer, LandscapePoint, RunRow } from "versant/studio-api";

const side = 31;

const spaced = (low: number, high: number): number[] =>
  Array.from({ length: side }, (_, index) => low + ((high - low) * index) / (side - 1));

/** A valley that bends, as of Rosenbrock, with a hole where the loss is not finite. */
const lossAt = (x: number, y: number): number | null =>
  x > 1.9 && y < -1.9 ? null : 0.05 + (1 - x) ** 2 / 4 + 2 * (y + 1 - x ** 2) ** 2;

const path: readonly LandscapePoint[] = Array.from({ length: 25 }, (_, index) => {
  const x = -1.6 + (2.6 * index) / 24;
  const y = x ** 2 - 1 + 0.3 * (1 - index / 24);
  return { epoch: index / 2, step: 375 * index, x, y, loss: lossAt(x, y) };
});

/** The landscapes of a run: both kinds of number 1, random directions of number 2, none of others. */
export function landscapeOf({ number }: RunRow): LandscapeAnswer {
  const axis = spaced(-2, 2);
  const loss = axis.map((y) => axis.map((x) => lossAt(x, y)));
  const known = {
    ...({ part: "validation", looked: 1024, samples: 12_000, grid: side, seed: 42 } as const),
    ...{ weights: "", object: "", seconds: 3, loss: 0.05, lowest: 0.05, highest: 50 },
  };
  const random = {
    ...known,
    ...({ directions: "random", curvature: [9, 18], sequence: 90 } as const),
    content: { x: axis, y: axis, loss },
  };
  const onPath = {
    ...known,
    ...({ directions: "path", curvature: [0.17, null], sequence: 91 } as const),
    ...{ explained: [0.79, 0.16] as const, content: { x: axis, y: axis, loss, path } },
  };
  const landscapes = number === 1 ? [onPath, random] : number === 2 ? [random] : [];
  return { landscapes, work: null, failure: null };
}
