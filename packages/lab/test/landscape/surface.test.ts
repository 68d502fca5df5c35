import { NonFiniteLossError, nn, TensorDataset, tensor } from "@versant/core";
import { describe, expect, test } from "vitest";
import { randomDirections } from "../../src/landscape/directions.js";
import { sampleOf } from "../../src/landscape/sample.js";
import { spaced, surfaceOf } from "../../src/landscape/surface.js";

/** A model whose loss is 3 w0^2 + w1^2 / 2 + 1, and its plane along w0 and w1. */
function bowl() {
  const model = new nn.Linear(2, 1, { bias: false });
  model.weight.assign(tensor([[0.5, -1]]));
  const measure = async () => {
    const [w0, w1] = [...model.weight.dataSync()].map(Number);
    return 3 * (w0 ?? 0) ** 2 + (w1 ?? 0) ** 2 / 2 + 1;
  };
  const plane = {
    center: new Map([["weight", [0, 0]]]),
    directions: [new Map([["weight", [1, 0]]]), new Map([["weight", [0, 1]]])] as const,
  };
  return { model, measure, plane };
}

describe("surfaceOf", () => {
  test("a bowl gives its values and its curvature, exactly", async () => {
    const { model, measure, plane } = bowl();
    const axes = { x: spaced(-1, 1, 5), y: spaced(-2, 2, 5) };
    const told: number[] = [];
    const found = await surfaceOf(model, { plane, axes }, measure, (done) => told.push(done));
    const expected = [-2, -1, 0, 1, 2].map((y) =>
      [-1, -0.5, 0, 0.5, 1].map((x) => 3 * x ** 2 + y ** 2 / 2 + 1),
    );
    expect(found).toEqual({ loss: expected, center: 1, curvature: [6, 1] });
    expect(told).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect([...model.weight.dataSync()]).toEqual([0.5, -1]);
  });

  test("leaves weights and buffers as they were to the bit, also when a place fails", async () => {
    const model = new nn.Sequential(
      new nn.Linear(3, 4),
      new nn.BatchNorm1d(4),
      new nn.Linear(4, 2),
    );
    const bits = () =>
      [...model.stateDict().values()].map((each) =>
        Buffer.from(each.dataSync().buffer).toString("hex"),
      );
    const before = bits();
    const weights = new Map(
      [...model.namedParameters()].map(([name, each]) => [name, each.dataSync()]),
    );
    const plane = { center: weights, directions: randomDirections(model, 5) };
    const axes = { x: spaced(-1, 1, 3), y: spaced(-1, 1, 3) };
    let places = 0;
    const seen = new Set<string>();
    await surfaceOf(model, { plane, axes }, async () => {
      seen.add(bits().join());
      return ++places;
    });
    // The center is measured twice, once as part of the grid; so are the places beside it.
    expect(seen.size).toBe(9);
    expect(bits()).toEqual(before);
    const failing = surfaceOf(model, { plane, axes }, () => Promise.reject(new Error("no data")));
    await expect(failing).rejects.toThrow("no data");
    expect(bits()).toEqual(before);
  });

  test("a loss that is not finite is a hole", async () => {
    const { model, plane } = bowl();
    const axes = { x: spaced(-1, 1, 3), y: spaced(-1, 1, 3) };
    const measure = async () => {
      const [w0 = 0] = model.weight.dataSync();
      if (Number(w0) > 0) throw new NonFiniteLossError("too large");
      return Number(w0) < 0 ? Number.POSITIVE_INFINITY : 1;
    };
    const { loss, center, curvature } = await surfaceOf(model, { plane, axes }, measure);
    expect(loss).toEqual([1, 2, 3].map(() => [null, 1, null]));
    expect({ center, curvature }).toEqual({ center: 1, curvature: [null, 0] });
  });
});

describe("sampleOf", () => {
  const part = (length: number) =>
    new TensorDataset([tensor(Float32Array.from({ length }, (_, index) => index))]);
  const values = ({ loader }: ReturnType<typeof sampleOf>): number[] =>
    [
      ...(loader.dataset
        ?.take(tensor(Int32Array.from({ length: 5 }, (_, i) => i)))[0]
        ?.dataSync() ?? []),
    ].map(Number);

  test("takes the same samples for one seed, of validation where there is some", () => {
    const data = { train: part(100), validation: part(50) };
    const chosen = sampleOf(data, undefined, { count: 5, seed: 1 });
    expect(chosen).toMatchObject({ part: "validation", looked: 5, samples: 50 });
    expect(values(chosen)).toEqual(values(sampleOf(data, undefined, { count: 5, seed: 1 })));
    expect(values(chosen)).not.toEqual(values(sampleOf(data, undefined, { count: 5, seed: 2 })));
    expect(sampleOf({ train: part(3) }, undefined, { count: 5, seed: 1 })).toMatchObject({
      ...{ part: "train", looked: 3, samples: 3 },
    });
  });

  test("refuses a part that is not there, and a stream", () => {
    const stream = { stepKey: {}, read: () => [], gather: () => [] };
    const options = { count: 5, seed: 1 };
    expect(() => sampleOf({ train: part(3) }, "validation", options)).toThrow(
      "--part: the experiment has no part validation, expected train.",
    );
    const data = { train: { ...stream, samples: undefined, length: undefined } };
    expect(() => sampleOf(data, "train", options)).toThrow(/part train is a stream, expected/);
  });
});
