import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { encode, operationCodes } from "../../src/program/encode.js";
import type { CheckFinite, Program, Repeat } from "../../src/program/index.js";
import { meanings } from "../device/interpreter.js";
import { operand } from "../device/programs.js";

const kernelSource = (name: string): string =>
  readFileSync(new URL(`../../kernel/src/${name}`, import.meta.url), "utf8");

test("the kernel and the encoder number the operations alike", () => {
  const names = [...kernelSource("operations.h").matchAll(/^ {2}X\((\w+), \w+, \d+\)/gm)];
  expect(names.map(([, name]) => name)).toEqual(operationCodes);
  expect([...operationCodes].sort()).toEqual(Object.keys(meanings).sort());
});

test("the kernel and the encoder number instructions, dtypes, places and reductions alike", () => {
  const enumerators = (name: string): string[] =>
    (
      new RegExp(`enum class ${name} : uint8_t \\{([^}]*)\\}`).exec(
        kernelSource("program.h"),
      )?.[1] ?? ""
    )
      .split(",")
      .map((each) => each.trim().replace(/_$/, ""))
      .filter((each) => each !== "count");
  const source = readFileSync(new URL("../../src/program/encode.ts", import.meta.url), "utf8");
  const listed = (name: string): string[] => {
    const text = new RegExp(`const ${name}[^=]*= \\[([^;]*)\\]`).exec(source)?.[1] ?? "";
    const [items = ""] = text.split("] as ");
    return [...items.matchAll(/"(\w+)"/g)].map(([, each]) => each as string);
  };
  expect(listed("kinds")).toEqual(enumerators("Kind"));
  expect(listed("dtypes")).toEqual(enumerators("DType"));
  expect(listed("places")).toEqual(enumerators("Place"));
  expect(listed("reductions")).toEqual(enumerators("Reduction"));
});

const empty: Program = {
  buffers: [],
  arenaBytes: 0,
  slots: 0,
  inputs: 0,
  outputs: 0,
  scalars: 0,
  compute: [],
  commit: [],
};

test("labels stand in the order in which the kernel numbers instructions", () => {
  const check = (label: string): CheckFinite => ({
    kind: "checkFinite",
    label,
    length: 0,
    operand: operand(0),
  });
  const repeat: Repeat = {
    kind: "repeat",
    label: "scan",
    iterations: 1,
    reverse: false,
    moving: [],
    body: [check("inside"), check("inside too")],
  };
  const { labels } = encode({
    ...empty,
    compute: [check("first"), repeat],
    commit: [check("last")],
  });
  expect(labels).toEqual(["first", "scan", "inside", "inside too", "last"]);
});

test("sizes beyond 2^31 and fractions are refused", () => {
  const tooLong = {
    ...empty,
    buffers: [{ dtype: "float32", length: 2 ** 31, place: { kind: "arena", offset: 0 } }],
  } as const;
  expect(() => encode(tooLong)).toThrow(ArgumentError);
  expect(() => encode(tooLong)).toThrow("split the tensor into smaller ones");
  expect(() =>
    encode({
      ...empty,
      buffers: [{ dtype: "bool", length: 1, place: { kind: "arena", offset: 4 } }],
    }),
  ).toThrow("0.0625");
});
