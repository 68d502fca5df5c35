import type { NumberError } from "../ledger/insightEvents.js";
import { type Axis, axisOf, positionOf } from "./axis.js";

/** Where an error stands: places on the axes from 0 to 1. */
export interface ErrorPlace {
  readonly index: number;
  readonly x: number;
  readonly truth: number;
  readonly answer: number;
}

export interface ErrorPanel {
  readonly x: Axis;
  readonly y: Axis;
  readonly errors: readonly ErrorPlace[];
}

/**
 * Two pictures of the same errors over the truth: the answers, beside the diagonal that the truth lies on, and the errors
 * alone, above and below 0. Those of a good model are too small to be seen in the first.
 */
export function errorPanels(samples: readonly NumberError[]): {
  readonly answers: ErrorPanel;
  readonly errors: ErrorPanel;
} {
  const values = samples.flatMap(({ expected, answered }) => [expected, answered]);
  const both = axisOf("", values);
  const errors = samples.map(({ expected, answered }) => answered - expected);
  const largest = Math.max(0, ...errors.map(Math.abs)) || 1;
  const truth = axisOf(
    "",
    samples.map(({ expected }) => expected),
  );
  const around = axisOf("", [-largest, largest]);
  const at = (axis: Axis, value: number): number => positionOf(axis, value) ?? 0;
  return {
    answers: {
      ...{ x: both, y: both },
      errors: samples.map(({ index, expected, answered }) => ({
        ...{ index, x: at(both, expected), truth: at(both, expected) },
        answer: at(both, answered),
      })),
    },
    errors: {
      ...{ x: truth, y: around },
      errors: samples.map(({ index, expected }, place) => ({
        ...{ index, x: at(truth, expected), truth: at(around, 0) },
        answer: at(around, errors[place] ?? 0),
      })),
    },
  };
}

/** Sides of an arrow's head, in the units of the drawing. */
const head = { length: 5, half: 2.5 };

/** A vertical arrow as a path of SVG; of a short one the head is as long as itself. */
export function arrowPath(x: number, from: number, to: number): string {
  const size = Math.min(head.length, Math.abs(to - from));
  const back = to - size * Math.sign(to - from);
  const half = (head.half * size) / head.length;
  const write = (value: number): string => value.toFixed(1);
  const [left, right] = [write(x - half), write(x + half)];
  return `M${write(x)} ${write(from)}V${write(to)}M${left} ${write(back)}L${write(x)} ${write(to)}L${right} ${write(back)}`;
}
