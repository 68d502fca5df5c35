import { TableEncoder, tableFromObjects, text } from "@versant/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ArgumentError, DTypeError } from "../../src/index.js";
import { readSignature } from "../../src/signature/read.js";
import type { Signature } from "../../src/signature/signature.js";

const table = tableFromObjects([{ area: 40, town: "Rome", rent: 600 }]);
const encoder = TableEncoder.fit(table, {
  inputs: { area: { as: "number" }, town: { as: "oneHot" } },
  target: { rent: { as: "number" } },
});

/** One of each kind, as recording writes them. */
const signatures: readonly Signature[] = [
  {
    format: 1,
    input: {
      kind: "several",
      inputs: {
        picture: {
          ...{ kind: "image", width: 2, height: 3, channels: 3, layout: "HWC", fit: "cut" },
          ...{ dtype: "float32", shape: [18], scale: { mean: [128], deviation: [64] } },
        },
        letter: {
          ...{ kind: "text", dtype: "int32", shape: [5], padding: 0 },
          tokenizer: { by: "words", lowerCase: true, numbers: false, punctuation: true },
          vocabulary: text.Vocabulary.fit([["a", "b"]]).toJSON(),
        },
        row: { kind: "table", encoder: encoder.toJSON() },
      },
    },
    output: { kind: "classes", shape: [2], names: ["no", "yes"], activation: "softmax" },
  },
  {
    format: 1,
    input: { kind: "numbers", dtype: "float32", shape: [2], names: ["a", "b"] },
    output: { kind: "numbers", shape: [1], names: ["sum"], units: ["kg"] },
  },
  {
    format: 1,
    input: {
      ...{ kind: "text", dtype: "int32", shape: [5], padding: 256 },
      tokenizer: { by: "bytePairs" },
      vocabulary: { format: "versant.bytePairEncoding", version: 1, merges: [] },
    },
    output: { kind: "positions", shape: [2, 5], names: ["O", "B"], activation: "softmax" },
  },
];

test.each(signatures.map((each) => [each]))("reads what was written", (signature) => {
  expect(readSignature(JSON.parse(JSON.stringify(signature)))).toEqual(signature);
});

/** Every place of a value, as a path. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]));
  return [path, ...inner];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string, unknown> = Array.isArray(value)
    ? ([...value] as never)
    : { ...(value as object) };
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

test("whatever is put into one place, it is read or refused by name", () => {
  const places = signatures.flatMap((each) => pathsOf(each).map((path) => ({ each, path })));
  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1e9, 2.5, "table", [], {}));
  fc.assert(
    fc.property(fc.constantFrom(...places), anything, ({ each, path }, value) => {
      const changed = replaced(JSON.parse(JSON.stringify(each)), path, value);
      try {
        // What is taken has to be what it says, again.
        const read = readSignature(changed);
        expect(readSignature(JSON.parse(JSON.stringify(read)))).toEqual(read);
      } catch (error) {
        const isOurs = error instanceof ArgumentError || error instanceof DTypeError;
        if (!isOurs) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

test.each<[string, unknown, string]>([
  ["no object", 7, "received 7 as the whole"],
  ["another format", { ...signatures[1], format: 2 }, "received format 2"],
  ["a kind that there is not", { ...signatures[1], input: { kind: "sound" } }, '"sound"'],
  [
    "a size beyond all memory",
    { ...signatures[1], input: { kind: "numbers", dtype: "float32", shape: [2 ** 20, 2 ** 20] } },
    "2^28",
  ],
])("refuses %s", (_, stored, message) => {
  expect(() => readSignature(stored)).toThrow(message);
});
