import { createHash } from "node:crypto";
import {
  type Dataset,
  manualSeed,
  rand,
  StreamLoader,
  Subset,
  TensorDataset,
  tensor,
  text,
} from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkLeaks } from "../../src/honesty/inspectData.js";
import { reasonToRefuse } from "../../src/honesty/leakCheck.js";
import { keysOf } from "../../src/honesty/rowKeys.js";
import { RowTable } from "../../src/honesty/rowTable.js";
import { leakLines } from "../../src/progress/leakLines.js";

const numbers = (values: readonly number[], targets: readonly number[] = values) =>
  new TensorDataset([
    tensor(values.map((value) => [value, -value])),
    tensor(Int32Array.from(targets)),
  ]);

describe("checkLeaks", () => {
  test("counts what a search by hand counts", async () => {
    const values = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(values, values, values, async (train, validation, heldOut) => {
        const found = await checkLeaks({
          train: numbers(train),
          validation: numbers(validation),
          test: numbers(heldOut),
        });
        const repeated = (part: readonly number[]) => part.length - new Set(part).size;
        const within = (part: readonly number[], other: readonly number[]) =>
          part.filter((value) => other.includes(value)).length;
        expect(found).toMatchObject({
          train: { rows: train.length, repeated: repeated(train) },
          validation: {
            rows: validation.length,
            repeated: repeated(validation),
            inTraining: within(validation, train),
          },
          test: {
            rows: heldOut.length,
            repeated: repeated(heldOut),
            inTraining: within(heldOut, train),
            inValidation: within(heldOut, validation),
          },
          contradictions: 0,
        });
        for (const { part, row, equals } of found.pairs) {
          const of = { train, validation, test: heldOut };
          expect(of[equals.part].indexOf(of[part][row] ?? -1)).toBe(equals.row);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("compares what the model is given, over several chunks of rows", async () => {
    const values = Array.from({ length: 5000 }, (_, index) => index);
    const raw = numbers(values);
    const halved: Dataset = {
      length: raw.length,
      take: (indices) => raw.take(indices).map((each) => each.cast("float32").div(2).floor()),
    };
    const { train, test: kept } = await checkLeaks({
      train: new Subset(halved, values.slice(0, 4500)),
      test: new Subset(halved, values.slice(4400)),
    });
    // From the negative column: -1 and -2 become -1, so that only equal pairs of both columns count.
    expect(train.repeated).toBe(0);
    expect(kept?.inTraining).toBe(100);
  });

  test("a target is no part of a row, and another one is a contradiction", async () => {
    const found = await checkLeaks({ train: numbers([1, 2], [0, 0]), test: numbers([2], [1]) });
    expect(found.test?.inTraining).toBe(1);
    expect(found.contradictions).toBe(1);
  });

  test("every tensor but the last is part of a row; a single tensor is the row", async () => {
    const three = (second: number) =>
      new TensorDataset([tensor([[1]]), tensor([[second]]), tensor(Int32Array.of(0))]);
    const both = async (a: Dataset, b: Dataset) =>
      (await checkLeaks({ train: a, test: b })).test?.inTraining;
    expect(await both(three(1), three(2))).toBe(0);
    expect(await both(three(2), three(2))).toBe(1);
    const one = new TensorDataset([tensor([[1, 2]])]);
    expect(await both(one, one)).toBe(1);
  });

  test("says which parts are drawn anew, and draws nothing of what comes after", async () => {
    // One row in a hundred changes, so that the first ones are what they were.
    const values = Array.from({ length: 100 }, (_, row) => [row]);
    const last = tensor(values.map(([row]) => [row === 99 ? 1 : 0]));
    const noisy: Dataset = {
      length: 100,
      take: (indices) => {
        const noise = rand([indices.size, 1]).mul(last.take(indices));
        return [tensor(values).take(indices).add(noise), indices];
      },
    };
    manualSeed(5);
    const expected = rand([1]).itemSync();
    manualSeed(5);
    const found = await checkLeaks({ train: numbers([1]), validation: noisy, test: noisy });
    expect(found.random).toEqual(["validation", "test"]);
    expect(rand([1]).itemSync()).toBe(expected);
    const still = await checkLeaks({ train: noisy });
    expect(reasonToRefuse(still)).toMatch(/^rows of training data are drawn anew each time/);
  });

  test("sees draws that are not Versant's", async () => {
    let call = 0;
    const counting: Dataset = { length: 1, take: () => [tensor([[call++]]), tensor([[0]])] };
    const found = await checkLeaks({ train: numbers([1]), test: counting });
    expect(found.random).toEqual(["test"]);
  });

  test("test rows in validation are a reason to refuse, too", async () => {
    const found = await checkLeaks({
      train: numbers([1, 2]),
      validation: numbers([3]),
      test: numbers([3, 4]),
    });
    expect(reasonToRefuse(found)).toMatch(
      /^1 of 2 test rows stand in validation \(test row 0 is validation row 0\), expected none/,
    );
    expect(leakLines(found).at(-1)).toBe(
      "warning           1 of 2 test rows stand in validation (see --strict): test row 0 is " +
        "validation row 0",
    );
    expect(reasonToRefuse(await checkLeaks({ train: numbers([1]), test: numbers([2]) }))).toBe(
      undefined,
    );
  });
});

/** The numbers 0 to 9 and their negatives, chunk by chunk; `noise` in the second epoch. */
const streamed = (values: readonly number[], noise = 0): StreamLoader =>
  new StreamLoader(
    {
      columns: [
        { name: "input", shape: [1], dtype: "float32" },
        { name: "target", shape: [], dtype: "int32" },
      ],
      async *read(epoch) {
        for (const value of values) {
          yield [Float32Array.of(value + epoch * noise), Int32Array.of(-value)];
        }
      },
    },
    { batchSize: 3 },
  );

describe("checkLeaks of streams", () => {
  test("reads them once, however many samples they have", async () => {
    const values = Array.from({ length: 100 }, (_, index) => index);
    const found = await checkLeaks({
      train: streamed([...values, 7]),
      test: streamed([5, 6, 200]),
    });
    expect(found).toEqual({
      train: { rows: 101, repeated: 1 },
      test: { rows: 3, repeated: 0, inTraining: 2, inValidation: 0 },
      contradictions: 0,
      pairs: [
        { part: "test", row: 0, equals: { part: "train", row: 5 } },
        { part: "test", row: 1, equals: { part: "train", row: 6 } },
      ],
    });
  });

  test("compares a stream with a dataset", async () => {
    const test = new TensorDataset([tensor([[3], [0.5]]), tensor(Int32Array.of(-3, 0))]);
    expect((await checkLeaks({ train: streamed([1, 2, 3]), test })).test?.inTraining).toBe(1);
  });

  test("says where each epoch has rows of its own", async () => {
    expect((await checkLeaks({ train: streamed([1, 2, 3], 0.5) })).random).toEqual(["train"]);
  });
});

test("checkLeaks finds texts again, whatever the batch of a BucketLoader pads them to", async () => {
  const loaderOf = (...texts: number[][]) => {
    const labels = tensor(new Int32Array(texts.length));
    const dataset = new text.SequenceDataset(texts, labels, { length: 8 });
    return new text.BucketLoader(dataset, { batchSize: 2 });
  };
  const train = loaderOf([1], [2, 3], [4, 5, 6, 7, 8, 9, 10, 11]);
  const found = await checkLeaks({ train, test: loaderOf([1], [2, 3], [2]) });
  expect(found).toMatchObject({
    train: { rows: 3, repeated: 0 },
    test: { rows: 3, repeated: 0, inTraining: 2, inValidation: 0 },
    contradictions: 0,
  });
});

describe("checkLeaks of what is no dataset", () => {
  test("names the part", async () => {
    const test = numbers([1]);
    await expect(checkLeaks({ test } as never)).rejects.toThrow("received undefined as train");
    await expect(checkLeaks({ train: test, test: [1] as never })).rejects.toThrow(
      "checkLeaks: received object as test, expected a dataset",
    );
  });
});

describe("RowTable", () => {
  test("gives each row the position of the first of its equals", () => {
    // It grows where there are more rows than were expected.
    const table = new RowTable(1);
    const keys = (...rows: number[][]) =>
      Buffer.concat(rows.map((row) => keysOf(Uint8Array.from(row), 1)));
    const first = table.add(keys([1], [2], [1], [], [2], []));
    expect([...first, ...table.add(keys([2], [3]))]).toEqual([0, 1, 0, 3, 1, 3, 1, 7]);
    expect(table.hasAll(keys([2], [3]))).toBe(true);
    expect(table.hasAll(keys([2], [4]))).toBe(false);
  });

  test("finds numbers that differ in few bits", () => {
    const values = Float32Array.from({ length: 20_000 }, (_, index) => 2 ** (index % 200) * index);
    const keys = keysOf(new Uint8Array(values.buffer), values.length);
    const first = new RowTable(values.length).add(keys);
    const expected = new Map<number, number>();
    values.forEach((value, row) => {
      if (!expected.has(value)) expected.set(value, row);
    });
    expect([...first]).toEqual([...values].map((value) => expected.get(value)));
  });
});

describe("keysOf", () => {
  test("is the SHA-256 of a row, or a short row itself with its length", () => {
    const rows = Uint8Array.from({ length: 32 }, (_, index) => 200 + index);
    const keys = keysOf(rows, 2);
    expect(keys.subarray(0, 32)).toEqual(
      createHash("sha256").update(rows.subarray(0, 16)).digest(),
    );
    expect(keys.subarray(32)).toEqual(createHash("sha256").update(rows.subarray(16)).digest());
    // Rows of 1 and of 2 bytes, equal but for zeros at the end.
    expect(keysOf(Uint8Array.of(7), 1)).not.toEqual(keysOf(Uint8Array.of(7, 0), 1));
    expect([...keysOf(Uint8Array.of(7, 0), 1).subarray(0, 16)]).toEqual([
      7,
      ...Array(14).fill(0),
      2,
    ]);
  });
});
