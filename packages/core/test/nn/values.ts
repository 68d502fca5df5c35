import { expect } from "vitest";
import { type Tensor, tensor } from "../../src/tensor/index.js";

/** float32 rounding of a few operations on numbers around 1. */
const units = 32 * 2 ** -24;

/** Elements agree to `tolerance` of the larger of 1 and the expected. */
export function expectElements(
  actual: Tensor | null,
  expected: readonly number[],
  tolerance = units,
): void {
  const elements = [...(actual?.dataSync() ?? [])];
  expect(elements.length).toBe(expected.length);
  elements.forEach((element, index) => {
    const wanted = expected[index] as number;
    const error = Math.abs(element - wanted);
    expect(error, `element ${index}: ${element}, expected ${wanted}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(wanted)),
    );
  });
}

/** A tensor whose gradient `backward` stores. */
export const leaf = (data: Parameters<typeof tensor>[0]): Tensor =>
  tensor(data, { requiresGrad: true });
