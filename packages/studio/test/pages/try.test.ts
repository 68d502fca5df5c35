import type { Input, NumbersInput } from "versant/studio-api";
import { expect, test } from "vitest";
import { emptySample, encodeSample, inputsOf } from "../../src/pages/try/encode.js";

const numbers = (shape: readonly number[], more: Partial<NumbersInput> = {}): NumbersInput => ({
  ...{ kind: "numbers", dtype: "float32", shape },
  ...more,
});

test("a single input has no name, several keep theirs and their order", () => {
  const [age, size] = [numbers([1]), numbers([2])];
  expect(inputsOf(age)).toEqual([["", age]]);
  const several: Input = { kind: "several", inputs: { size, age } };
  expect(inputsOf(several)).toEqual([
    ["size", size],
    ["age", age],
  ]);
});

test("a few numbers are fields, by their names or places, and many are a list", async () => {
  expect(emptySample(numbers([2], { names: ["a", "b"] }))).toEqual({ a: "", b: "" });
  expect(emptySample(numbers([2, 1]))).toEqual({ 1: "", 2: "" });
  expect(emptySample(numbers([4, 4]))).toBe("");
  const encode = (sample: Parameters<typeof encodeSample>[2]) =>
    encodeSample(numbers([3]), "", sample);
  expect(await encode("1, -2.5\n3e2;4")).toEqual([[1, -2.5, 300, 4]]);
  expect(await encode({ 1: "0,5", 2: " 7 ", 3: "" })).toEqual([[0.5, 7, Number.NaN]]);
});

test("an image is what was drawn or chosen", async () => {
  const size = { width: 2, height: 1, channels: 1, layout: "CHW", fit: "stretch" } as const;
  const image = { kind: "image", dtype: "uint8", shape: [2], ...size } as const;
  expect(emptySample(image)).toBeUndefined();
  const pixels = Uint8Array.of(0, 255);
  expect(await encodeSample(image, "", Promise.resolve(pixels))).toEqual([pixels]);
});
