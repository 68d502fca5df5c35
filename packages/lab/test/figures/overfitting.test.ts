import { expect, test } from "vitest";
import { overfittingStep } from "../../src/figures/overfitting.js";

const curve = (values: readonly (number | null)[]) => ({
  step: values.map((_, index) => (index + 1) * 10),
  value: values,
  time: values.map(() => 0),
  sequence: values.map(() => 0),
});
const falling = [9, 7, 5, 4, 3, 2, 1];

test.each<[string, readonly (number | null)[], readonly (number | null)[], number | null]>([
  ["rises behind its lowest value", falling, [8, 6, 4, 5, 6, 7, 8], 30],
  ["falls to the end", falling, [8, 7, 6, 5, 4, 3, 2], null],
  ["rises for two epochs only", falling, [8, 7, 6, 5, 4, 5, 6], null],
  ["stays where it is", falling, [8, 6, 4, 4, 4, 4, 4], null],
  ["rises together with the training loss", [9, 7, 5, 6, 7, 8, 9], [8, 6, 4, 5, 6, 7, 8], null],
  ["has gaps", falling, [8, null, 4, null, 6, 7, 8], 30],
  ["has no value", falling, [null, null], null],
])("a validation loss that %s", (_, train, validation, step) => {
  expect(overfittingStep(curve(train), curve(validation))).toBe(step);
});

test("a run without validation does not over-fit", () => {
  expect(overfittingStep(curve(falling), undefined)).toBeNull();
});
