import { TableEncoder, tableFromObjects, text } from "@versant/core";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { encoderOf } from "../../src/model/encode.js";
import { SampleError } from "../../src/model/sampleError.js";
import type { Input } from "../../src/signature/signature.js";

async function encode(input: Input, samples: readonly unknown[]): Promise<number[][]> {
  const tensors = await encoderOf(input)(samples);
  return tensors.map((each) => Array.from(each.dataSync(), Number));
}

/** What is said of the sample that cannot be encoded. */
async function refusal(input: Input, samples: readonly unknown[]): Promise<unknown> {
  try {
    await encoderOf(input)(samples);
  } catch (error) {
    if (!(error instanceof SampleError)) throw error;
    const { sample, field, received, expected } = error;
    expect(error.message).toContain(`inputs[${sample}]`);
    return { sample, field, received, expected };
  }
  throw new Error("it was encoded");
}

const matrix: Input = { kind: "numbers", dtype: "float32", shape: [2, 3] };
const named: Input = {
  ...{ kind: "numbers", dtype: "float32", shape: [2], names: ["a", "b"] },
  scale: { mean: [0, 10], deviation: [100, 2] },
};

describe("numbers", () => {
  test("nested, flat, typed or as bytes, they are the same", async () => {
    const flat = Float32Array.of(1, 2, 3, 4, 5, 6);
    const bytes = Buffer.from(flat.buffer);
    // Node cuts small Buffers out of one pool.
    const pooled = Buffer.concat([Buffer.of(7), bytes]).subarray(1);
    const samples = [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [...flat],
      flat,
      bytes,
      pooled,
    ];
    expect(await encode(matrix, samples)).toEqual([samples.flatMap(() => [...flat])]);
  });

  test("by name and by place, in the dataset's scale", async () => {
    expect(await encode(named, [{ b: 12, a: 50 }, [50, 12]])).toEqual([[0.5, 1, 0.5, 1]]);
  });

  test("keep each value that the dtype holds, whatever the nesting", async () => {
    const value = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const rows = fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), {
      minLength: 2,
      maxLength: 2,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 5 }), async (samples) => {
        const input: Input = { kind: "numbers", dtype: "int32", shape: [2, 3] };
        expect(await encode(input, samples)).toEqual([samples.flat(2)]);
        expect(
          await encode(
            input,
            samples.map((each) => each.flat()),
          ),
        ).toEqual([samples.flat(2)]);
      }),
    );
  });

  test.each<[unknown, string, string]>([
    [[1, Number.NaN], "b", "NaN"],
    [{ a: Number.POSITIVE_INFINITY, b: 1 }, "a", "Infinity"],
    [{ a: 1 }, "b", "undefined"],
    [{ a: 1, b: 2, c: 3 }, "c", "3"],
    [{ a: "1", b: 2 }, "a", '"1"'],
    [[1e41, 1], "a", "1e+41"],
    [[1, 2, 3], "", "a list of 3"],
    ["x", "", '"x"'],
    [null, "", "null"],
  ])("%j is refused by name", async (sample, field, received) => {
    expect(await refusal(named, [[1, 2], sample])).toMatchObject({ sample: 1, field, received });
  });

  test("names the place in nested lists, and what an integer holds", async () => {
    const bytes: Input = { kind: "numbers", dtype: "uint8", shape: [2, 2] };
    expect(
      await refusal(bytes, [
        [
          [1, 2],
          [3, 256],
        ],
      ]),
    ).toMatchObject({
      field: "[1][1]",
      received: "256",
      expected: "an integer from 0 to 255",
    });
    expect(await refusal(bytes, [[[1, 2], [3]]])).toMatchObject({ field: "[1]" });
    expect(await refusal(bytes, [[1, 2, 3, 1.5]])).toMatchObject({ field: "[3]", received: "1.5" });
  });

  test("flags may be written as such", async () => {
    const flags: Input = { kind: "numbers", dtype: "bool", shape: [2] };
    expect(await encode(flags, [[true, 0]])).toEqual([[1, 0]]);
    expect(await refusal(flags, [[2, 0]])).toMatchObject({ expected: "true or false" });
  });
});

describe("images", () => {
  const image = (layout: "CHW" | "HWC"): Input => ({
    ...{ kind: "image", width: 2, height: 1, channels: 3, layout, fit: "stretch" },
    ...{ dtype: "uint8", shape: [6] },
  });
  const pixels = Uint8Array.of(10, 20, 30, 40, 50, 60);

  test("a file becomes the pixels that the dataset stores, in bytes or base64", async () => {
    const raw = { width: 2, height: 1, channels: 3 } as const;
    const file = await sharp(pixels, { raw }).png().toBuffer();
    const samples = [
      file,
      file.toString("base64"),
      `data:image/png;base64,${file.toString("base64")}`,
    ];
    expect(await encode(image("HWC"), samples)).toEqual([samples.flatMap(() => [...pixels])]);
    expect(await encode(image("CHW"), [file])).toEqual([[10, 40, 20, 50, 30, 60]]);
  });

  test("pixels are taken as they are stored, in the dataset's scale", async () => {
    const scale = { mean: [10], deviation: [10] };
    const input = { ...image("CHW"), dtype: "float32", scale } as Input;
    expect(await encode(input, [pixels, [...pixels]])).toEqual([
      [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5],
    ]);
  });

  test("what is no image is refused", async () => {
    expect(await refusal(image("CHW"), ["hello"])).toMatchObject({ received: '"hello"' });
    const cut = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);
    expect(await refusal(image("CHW"), [pixels, cut])).toMatchObject({
      sample: 1,
      received: expect.stringContaining("does not decode"),
    });
    expect(await refusal(image("CHW"), [[1, 2]])).toMatchObject({ received: "a list of 2" });
  });
});

describe("texts", () => {
  const vocabulary = text.Vocabulary.fit([["late", "refund", "!"]]);
  const input: Input = {
    ...{ kind: "text", dtype: "int32", shape: [3], padding: 0 },
    tokenizer: { by: "words", lowerCase: true, numbers: true, punctuation: true },
    vocabulary: vocabulary.toJSON(),
  };

  test("become indices, filled up and cut off", async () => {
    const [rows] = await encode(input, ["Late!", "refund of a late order", ""]);
    const indices = ["late", "!", "refund"].map((word) => vocabulary.indexOf(word));
    const [late = 0, mark = 0, refund = 0] = indices;
    expect(rows).toEqual([late, mark, 0, refund, 1, 1, 0, 0, 0]);
  });

  test("cut by byte pairs", async () => {
    const encoding = await text.BytePairEncoding.fit(["aa aa"], { merges: 2 });
    const pairs: Input = {
      ...{ kind: "text", dtype: "int32", shape: [4], padding: encoding.paddingIndex },
      tokenizer: { by: "bytePairs" },
      vocabulary: encoding.toJSON(),
    };
    const [rows] = await encode(pairs, ["aa b"]);
    const known = [...encoding.encode("aa b")];
    expect(rows).toEqual([...known, ...Array(4 - known.length).fill(encoding.paddingIndex)]);
  });

  test("are refused by name where they are none, or hold what an alphabet lacks", async () => {
    expect(await refusal(input, ["a", 7])).toMatchObject({ sample: 1, expected: "a text" });
    expect(await refusal(input, ["a", "b\ud83d"])).toMatchObject({
      expected: expect.stringContaining("surrogates"),
    });
    const special = { padding: null, unknown: null, begin: null, end: null };
    const letters: Input = {
      ...{ kind: "text", dtype: "uint8", shape: [2], padding: 0 },
      tokenizer: { by: "characters", lowerCase: false },
      vocabulary: {
        format: "versant.vocabulary",
        version: 1,
        tokens: ["a", "b"],
        counts: [0, 0],
        special,
      },
    };
    expect(await encode(letters, ["ba"])).toEqual([[1, 0]]);
    expect(await refusal(letters, ["ab", "z"])).toMatchObject({
      sample: 1,
      received: expect.stringContaining('"z"'),
    });
  });
});

describe("rows of a table", () => {
  const table = tableFromObjects([
    { area: 40, town: "Rome", sold: true, day: "2024-01-01" },
    { area: 80, town: "Oslo", sold: false, day: "2024-06-01" },
  ]);
  const encoder = TableEncoder.fit(table, {
    inputs: {
      area: { as: "standard", missing: "mean" },
      town: { as: "index" },
      sold: { as: "number" },
      day: { as: "date", parts: ["month"] },
    },
  });
  const input: Input = { kind: "table", encoder: encoder.toJSON() };
  const row = { area: 40, town: "Oslo", sold: true, day: "2024-01-01" };

  test("become what the encoder makes of a table; numbers may be text, as in a file", async () => {
    const expected = encoder.encode(table.take([0]));
    const tensors = await encode(input, [
      { ...row, town: "Rome" },
      { ...row, area: "40", town: "Rome", sold: "true" },
    ]);
    const [features = [], indices = []] = [expected.features, expected.indices].map((each) =>
      Array.from(each?.dataSync() ?? [], Number),
    );
    expect(tensors).toEqual([
      [...features, ...features],
      [...indices, ...indices],
    ]);
  });

  test("what is missing is filled as in training", async () => {
    const { area: _, ...rest } = row;
    const mean = await encode(input, [{ ...row, area: 60 }]);
    expect(await encode(input, [rest])).toEqual(mean);
    expect(await encode(input, [{ ...row, area: null }])).toEqual(mean);
  });

  test.each<[unknown, string, string]>([
    [{ ...row, area: Number.NaN }, "area", "NaN"],
    [{ ...row, area: "NaN" }, "area", '"NaN"'],
    [{ ...row, area: "large" }, "area", '"large"'],
    [{ ...row, area: true }, "area", "true"],
    [{ ...row, area: Number.NEGATIVE_INFINITY }, "area", "-Infinity"],
    [{ ...row, sold: "maybe" }, "sold", '"maybe"'],
    [{ ...row, day: "2024-02-30" }, "day", '"2024-02-30"'],
    [{ ...row, town: "Paris" }, "town", '"Paris"'],
    [{ ...row, town: null }, "town", "null"],
    [{ ...row, colour: "red" }, "colour", '"red"'],
    [{ ...row, town: ["Rome"] }, "town", "a list of 1"],
    [{ ...row, sold: "" }, "sold", '""'],
    [{ ...row, area: 1e300 }, "area", "1e+300"],
    [[40, "Oslo"], "", "a list of 2"],
  ])("%j is refused by name", async (sample, field, received) => {
    expect(await refusal(input, [row, row, sample])).toMatchObject({ sample: 2, field, received });
  });
});

describe("several inputs", () => {
  const input: Input = {
    kind: "several",
    inputs: { point: named as never, flag: { kind: "numbers", dtype: "uint8", shape: [] } },
  };

  test("come by name", async () => {
    const samples = [
      { flag: 1, point: [50, 12] },
      { point: { a: 0, b: 10 }, flag: 0 },
    ];
    expect(await encode(input, samples)).toEqual([
      [0.5, 1, 0, 0],
      [1, 0],
    ]);
  });

  test.each<[unknown, string]>([
    [{ flag: 1, point: { a: "x", b: 1 } }, "point.a"],
    [{ flag: 1.5, point: [1, 2] }, "flag"],
    [{ flag: 1 }, "point"],
    [{ flag: 1, point: [1, 2], more: 3 }, "more"],
    [[1, 2], ""],
  ])("%j is refused by name", async (sample, field) => {
    expect(await refusal(input, [sample])).toMatchObject({ sample: 0, field });
  });
});
