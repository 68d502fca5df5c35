import { type Loader, StreamLoader, TensorDataset, tensor } from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkLeaks, inspectData } from "../../src/honesty/inspectData.js";

/** Rows of two numbers, and a class each. */
const numbers = (values: readonly number[], classes: readonly number[] = values) =>
  new TensorDataset([
    tensor(values.map((value) => [value, -value])),
    tensor(Int32Array.from(classes)),
  ]);

const hashOf = async (...given: Parameters<typeof numbers>) =>
  (await inspectData({ train: numbers(...given) })).hash;

describe("inspectData", () => {
  test("names a planted duplicate between test and training, and says what the data are", async () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    const found = await inspectData({
      train: numbers(values.slice(0, 900), new Array(900).fill(3)),
      test: numbers([...values.slice(900, 937), 17, ...values.slice(937)], new Array(101).fill(3)),
    });
    expect(found.leaks).toEqual({
      train: { rows: 900, repeated: 0 },
      test: { rows: 101, repeated: 0, inTraining: 1, inValidation: 0 },
      contradictions: 0,
      pairs: [{ part: "test", row: 37, equals: { part: "train", row: 17 } }],
    });
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    const columns = [
      { dtype: "float32", shape: [2] },
      { dtype: "int32", shape: [] },
    ];
    expect(found).toMatchObject({
      hash,
      parts: {
        train: { rows: 900, hash, columns, classes: { 3: 900 } },
        test: { rows: 101, hash, columns, classes: { 3: 101 } },
      },
    });
    expect(Object.keys(found.parts)).toEqual(["train", "test"]);
  });

  test("finds what checkLeaks finds", async () => {
    const parts = { train: numbers([1, 2, 2]), validation: numbers([2]), test: numbers([3, 1]) };
    expect(await checkLeaks(parts)).toEqual((await inspectData(parts)).leaks);
  });

  test("gives one hash for the same rows, however they come, and another for others", async () => {
    const integer = fc.integer({ min: 0, max: 3 });
    const rows = fc.array(fc.tuple(integer, integer), { minLength: 1, maxLength: 6 });
    const inBatches = (given: readonly (readonly [number, number])[], batchSize: number) =>
      new StreamLoader(
        {
          columns: [
            { name: "input", shape: [2], dtype: "float32" },
            { name: "target", shape: [], dtype: "int32" },
          ],
          async *read() {
            for (const [x, y] of given) yield [Float32Array.of(x, -x), Int32Array.of(y)];
          },
        },
        { batchSize },
      );
    await fc.assert(
      fc.asyncProperty(rows, rows, fc.integer({ min: 1, max: 4 }), async (a, b, batchSize) => {
        const hashes = [a, b].map((each) => hashOf(...(transposed(each) as [number[], number[]])));
        const [first, second] = await Promise.all(hashes);
        expect(first === second).toBe(JSON.stringify(a) === JSON.stringify(b));
        const streamed = await inspectData({ train: inBatches(a, batchSize) });
        expect(streamed.hash).toBe(first);
      }),
      { numRuns: 40 },
    );
  });

  test("hashes order, targets, parts and types", async () => {
    const [train, test] = [numbers([1, 2]), numbers([3])];
    const hashes = [
      await hashOf([1, 2]),
      await hashOf([2, 1]),
      await hashOf([1, 2], [1, 3]),
      (await inspectData({ train, test })).hash,
      (await inspectData({ train, validation: test })).hash,
      (await inspectData({ train: new TensorDataset([tensor([[1], [2]])]) })).hash,
      (await inspectData({ train: new TensorDataset([tensor([1, 2])]) })).hash,
      (await inspectData({ train: new TensorDataset([tensor([1, 2], { dtype: "int32" })]) })).hash,
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("counts classes where the target is one, and there are not too many", async () => {
    const partOf = async (dataset: TensorDataset) => (await inspectData({ train: dataset })).parts;
    const two = (targets: Parameters<typeof tensor>[0]) =>
      new TensorDataset([tensor([[1], [2]]), tensor(targets)]);
    expect((await partOf(two(Uint8Array.of(1, 1)))).train?.classes).toEqual({ 1: 2 });
    for (const targets of [[0, 1], [[0], [1]], Int32Array.of(0, -1)]) {
      expect((await partOf(two(targets))).train).not.toHaveProperty("classes");
    }
    const counted = async (count: number) => {
      const values = Array.from({ length: count }, (_, index) => index);
      return (await inspectData({ train: numbers(values) })).parts.train?.classes;
    };
    expect(Object.keys((await counted(1000)) ?? {})).toHaveLength(1000);
    expect(await counted(1001)).toBeUndefined();
    const alone = await inspectData({ train: new TensorDataset([tensor(Int32Array.of(1))]) });
    expect(alone.parts.train).not.toHaveProperty("classes");
  });

  test("gives a length that differs between batches as -1", async () => {
    const train: Loader = {
      samples: 2,
      length: 2,
      stepKey: {},
      read: () => [
        [tensor([[1, 2]]), tensor([[0]])],
        [tensor([[1, 2, 3]]), tensor([[0]])],
      ],
      gather: (read) => read,
    };
    const { parts } = await inspectData({ train });
    expect(parts.train?.columns.map(({ shape }) => shape)).toEqual([[-1], [1]]);
  });

  test("says what it was given", async () => {
    await expect(inspectData({ train: [1] as never })).rejects.toThrow(
      "inspectData: received object as train, expected a dataset",
    );
  });
});

const transposed = (rows: readonly (readonly number[])[]): number[][] =>
  [0, 1].map((column) => rows.map((row) => row[column] as number));
