import { describe, expect, test } from "vitest";
import { ArgumentError, DTypeError } from "../../src/array/index.js";
import { arange, full, ones, tensor, where, zeros } from "../../src/tensor/index.js";

describe("errors of shapes and dtypes", () => {
  test.each([
    ["take", () => ones([3]).take(tensor([1]))],
    ["where", () => where(ones([2]), ones([2]), 2)],
    ["max", () => zeros([0]).max()],
    ["neg", () => tensor([true]).neg()],
  ])("name %s as the user wrote it", (name, act) => {
    expect(act).toThrow(new RegExp(`^${name}: `));
  });

  test("a dtype that does not exist is told with those that do", () => {
    const expected = /received dtype "float16", expected one of float32, float64, int32/;
    expect(() => zeros([2], "float16" as never)).toThrow(expected);
    expect(() => arange(2).cast("float16" as never)).toThrow(expected);
    expect(() => arange(2).cast(undefined as never)).toThrow(DTypeError);
  });

  test("a constant is a number", () => {
    expect(() => full([2], undefined as never)).toThrow(ArgumentError);
    expect(() => full([2], "1" as never)).toThrow('full: received "1", expected a number.');
  });
});
