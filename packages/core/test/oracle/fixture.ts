import { readFileSync } from "node:fs";
import { devices, gradients, type Tensor, useDevice } from "@versant/core";
import { beforeAll, describe, expect } from "vitest";
import { decode as decodeAs, type EncodedTensor } from "../../src/testing/encoded.js";

/** A tensor as the generator writes it. */
export type Encoded = EncodedTensor;

export interface Differentiated {
  readonly inputs: readonly Encoded[];
  readonly output: Encoded;
  /** The computation of the output repeated on absolute values; absent where it is not floating. */
  readonly outputScale?: readonly number[];
  /** The least scale, for formulas that pass through values of that size. */
  readonly floor?: number;
  /** What the output is multiplied with before the sum that is differentiated. */
  readonly cotangent?: Encoded;
  readonly gradients?: readonly (Encoded & {
    readonly input: number;
    readonly scale: readonly number[];
  })[];
}

export const readFixture = <T>(name: string): readonly T[] =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8")) as T[];

/** How a device computes, and how many times the scale it may err by. */
export interface Precision {
  readonly dtype: "float32" | "float64";
  readonly tolerance: number;
}

// 16 units of rounding, twice what any case needs; a softmax is the longest chain.
const float32: Precision = { dtype: "float32", tolerance: 16 * 2 ** -24 };
const float64: Precision = { dtype: "float64", tolerance: 1e-13 };

const available = (await devices()).filter(({ device }) => device !== null);

/** Declares the tests of `body` for every device that this machine has. */
export function describeOnDevices(what: string, body: (precision: Precision) => void): void {
  for (const { name } of available) {
    describe(`${what} on ${name}`, () => {
      beforeAll(async () => {
        await useDevice(name);
      });
      body(name === "reference" ? float64 : float32);
    });
  }
}

const numbers = ({ data }: Encoded): number[] => data.map(Number);

export const decode = (encoded: Encoded, { dtype }: Precision, requiresGrad = false): Tensor =>
  decodeAs(encoded, dtype, requiresGrad);

/**
 * Shape, dtype and elements agree. `scale` bounds the error of each element; integers, bools and
 * what is not finite must be equal.
 */
export function expectClose(
  what: string,
  actual: Tensor,
  expected: Encoded,
  scale: readonly number[] | number,
  { dtype, tolerance }: Precision,
): void {
  expect(actual.shape, `shape of ${what}`).toEqual(expected.shape);
  expect(actual.dtype, `dtype of ${what}`).toBe(expected.dtype ?? dtype);
  const elements = actual.dataSync();
  numbers(expected).forEach((number, index) => {
    const received = elements[index] as number;
    if (Object.is(received, number) || received === number) return;
    const allowed = tolerance * (typeof scale === "number" ? scale : (scale[index] as number));
    const error = Math.abs(received - number);
    expect
      .soft(error, `${what}[${index}]: received ${received}, expected ${number}`)
      .toBeLessThan(allowed);
  });
}

/** The output agrees, and so do the gradients of sum(output * cotangent). */
export function expectAgreement(
  fixture: Differentiated,
  inputs: readonly Tensor[],
  output: Tensor,
  precision: Precision,
): void {
  const { floor = 0, cotangent, gradients: expected = [] } = fixture;
  const scale = (list: readonly number[] = []): number[] =>
    list.map((each) => Math.max(each, floor));
  expectClose("output", output, fixture.output, scale(fixture.outputScale), precision);
  if (!cotangent) return;
  const loss = output.multiply(decode(cotangent, precision)).sum();
  const wrt = expected.map(({ input }) => inputs[input] as Tensor);
  gradients(loss, wrt).forEach((gradient, index) => {
    const each = expected[index] as (typeof expected)[number];
    expectClose(`gradient of input ${each.input}`, gradient, each, scale(each.scale), precision);
  });
}
