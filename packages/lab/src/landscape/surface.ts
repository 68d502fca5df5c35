import { NonFiniteLossError, type nn } from "@versant/core";
import { moveTo, type Plane } from "./weights.js";

export interface GridAxes {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface Surface {
  /** A row for each y; null where the loss is not finite. */
  readonly loss: readonly (readonly (number | null)[])[];
  /** At (0, 0). */
  readonly center: number | null;
  /** Second derivative of the loss at (0, 0) along each axis: what stands beside one step of the grid tells it. */
  readonly curvature: readonly [x: number | null, y: number | null];
}

/**
 * The loss on a grid in the plane. Only weights change from one place to the next, so that everything is compiled once.
 * Afterwards the model's parameters are what they were, to the bit.
 *
 * @param measure gives the loss of the model as it is
 * @param told is told after each place how many there were
 */
export async function surfaceOf(
  model: nn.AnyModule,
  { plane, axes }: { readonly plane: Plane; readonly axes: GridAxes },
  measure: () => Promise<number>,
  told: (places: number) => void = () => {},
): Promise<Surface> {
  const before = model.stateDict();
  let places = 0;
  const lossAt = async (x: number, y: number): Promise<number | null> => {
    moveTo(model, plane, x, y);
    const loss = await finite(measure);
    told(++places);
    return loss;
  };
  try {
    const loss: (number | null)[][] = [];
    for (const y of axes.y) {
      const row: (number | null)[] = [];
      for (const x of axes.x) row.push(await lossAt(x, y));
      loss.push(row);
    }
    const center = await lossAt(0, 0);
    const [stepX, stepY] = [stepOf(axes.x), stepOf(axes.y)];
    const besideX = [await lossAt(-stepX, 0), await lossAt(stepX, 0)];
    const besideY = [await lossAt(0, -stepY), await lossAt(0, stepY)];
    const curvature = [bend(besideX, center, stepX), bend(besideY, center, stepY)] as const;
    return { loss, center, curvature };
  } finally {
    model.loadStateDict(before);
  }
}

/** Losses beyond the grid: at the center, and beside it on both axes. */
export const placesBesideGrid = 5;

/** Evenly spaced numbers, both ends included. */
export const spaced = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => low + ((high - low) * index) / (count - 1));

const stepOf = (values: readonly number[]): number => (values[1] as number) - (values[0] as number);

/** (L(-h) - 2 L(0) + L(h)) / h^2 */
function bend(beside: readonly (number | null)[], center: number | null, step: number) {
  const [before, after] = beside;
  if (typeof before !== "number" || typeof after !== "number" || center === null) return null;
  return (before - 2 * center + after) / step ** 2;
}

/** Far from the center losses may overflow: that is no fault of the training. */
export async function finite(measure: () => Promise<number>): Promise<number | null> {
  try {
    const loss = await measure();
    return Number.isFinite(loss) ? loss : null;
  } catch (error) {
    if (error instanceof NonFiniteLossError) return null;
    throw error;
  }
}
