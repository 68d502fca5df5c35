import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encode } from "../../src/program/encode.js";
import type {
  GroupRows,
  Instruction,
  Loop,
  Operand,
  Program,
  UpdateRows,
} from "../../src/program/index.js";
import { load, named, natives, operand, ProgramBuilder } from "./programs.js";

const loopOf = (input: Operand, output: Operand, rest: Partial<Loop> = {}): Loop => ({
  kind: "loop",
  label: "loop",
  shape: [8],
  inputs: [{ register: 0, operand: input }],
  uniforms: [],
  code: [],
  registers: 1,
  outputs: [{ register: 0, operand: output }],
  ...rest,
});

/** One buffer of each place: input 0 and scratch 1 of 8 elements, state 2, output 3, slice 4. */
function program(...compute: Instruction[]): Program {
  const builder = new ProgramBuilder();
  builder.input("float32", new Float32Array(8));
  const scratch = builder.scratch("float32", 8);
  builder.state("float32", new Float32Array(8));
  builder.output("int32", 8);
  builder.moving(scratch, 4, 2);
  return builder.build(compute);
}

const x = operand(0, [1]);
const y = operand(1, [1]);
const slice = operand(4, [1]);
const repeat = (iterations: number, moving: number[], body: Instruction[]): Instruction => ({
  kind: "repeat",
  label: "repeat",
  iterations,
  reverse: false,
  moving,
  body,
});

/**
 * Gradient descent on 3 rows of a table: numbers of rows are input 0, gradients input 1, the table is
 * slot 0, scratch are 3, 4, 5.
 */
function rowsProgram(
  change: { groups?: Partial<GroupRows>; update?: Partial<UpdateRows>; early?: boolean } = {},
): Program {
  const builder = new ProgramBuilder();
  const indices = operand(builder.input("int32", new Int32Array(3)));
  const source = operand(builder.input("float32", new Float32Array(12)));
  const target = operand(builder.state("float32", new Float32Array(24)));
  const table = operand(builder.scratch("int32", 8));
  const groups = operand(builder.scratch("int32", 8));
  const gathered = operand(builder.scratch("float32", 12));
  const chosen = { size: 3, indices };
  const sums = { label: "", count: 3, inner: 4, source, chosen, groups };
  const shape = { label: "", outer: 1, size: 6, inner: 4, count: 3, indices, chosen: null };
  const update: UpdateRows = {
    ...{ ...sums, kind: "updateRows", size: 6, indices, target, factor: { value: 1 } },
    ...change.update,
  };
  const compute: Instruction[] = [
    { ...shape, kind: "gather", source: target, target: gathered },
    { ...{ ...sums, kind: "groupRows", size: 6, indices, table }, ...change.groups },
    { ...sums, kind: "checkRows" },
    { ...shape, kind: "scatterAdd", size: 3, source, chosen, target: gathered },
    { kind: "checkIndices", label: "", size: 3, count: 3, indices },
  ];
  return change.early ? builder.build([...compute, update]) : builder.build(compute, [update]);
}

const malformed: readonly [string, Program][] = [
  ["leaves its buffer", rowsProgram({ groups: { count: 4 } })],
  ["overwritten", rowsProgram({ groups: { table: operand(4) } })],
  ["not int32", rowsProgram({ groups: { table: operand(5) } })],
  ["leaves its buffer", rowsProgram({ update: { size: 7 } })],
  ["only float32", rowsProgram({ update: { inner: 1, source: operand(3) } })],
  ["a scalar that is not there", rowsProgram({ update: { factor: { scalar: 1 } } })],
  ["before the commit", rowsProgram({ early: true })],
  ["leaves its buffer", program(loopOf({ ...x, offset: 1 }, y))],
  ["leaves its buffer", program(loopOf({ ...x, offset: -1 }, y))],
  ["leaves its buffer", program(loopOf(operand(0, [2]), y))],
  ["leaves its buffer", program(loopOf(x, operand(1, [-1])))],
  ["leaves its buffer", program(loopOf(x, operand(1, [2 ** 31 - 1]), { shape: [2 ** 31 - 1] }))],
  ["not there", program(loopOf(operand(9, [1]), y))],
  ["an input is written", program(loopOf(y, x))],
  ["before the commit", program(loopOf(x, operand(2, [1])))],
  ["iota", program(loopOf(x, operand(-1, [1])))],
  ["float as int", program(loopOf(x, operand(3, [1])))],
  [
    "float where int",
    program(loopOf(x, y, { code: [{ operation: "addInt", target: 0, sources: [0, 0] }] })),
  ],
  [
    "read before it is written",
    program(
      loopOf(x, y, { registers: 2, code: [{ operation: "add", target: 0, sources: [0, 1] }] }),
    ),
  ],
  ["a register that is not there", program(loopOf(x, y, { registers: 0 }))],
  [
    "constant that is not there",
    program(loopOf(x, y, { registers: 2, uniforms: [{ register: 1, integer: false, scalar: 0 }] })),
  ],
  ["outside its loop", program(loopOf(slice, y, { shape: [4] }))],
  ["does not move", program(repeat(2, [1], []))],
  ["a slice leaves its buffer", program(repeat(4, [4], []))],
  [
    "gaps",
    program({
      kind: "matmul",
      epilogue: [],
      label: "",
      batch: [],
      m: [2],
      n: [2],
      k: [2],
      a: operand(0, [2, 1]),
      b: operand(0, [2, 1]),
      c: operand(1, [1, 2]),
    }),
  ],
  [
    "leaves its buffer",
    program({
      kind: "matmul",
      epilogue: [],
      label: "",
      batch: [2],
      m: [2],
      n: [2],
      k: [2],
      a: operand(0, [4, 2, 1]),
      b: operand(0, [8, 2, 1]),
      c: operand(1, [4, 2, 1]),
    }),
  ],
  [
    "not int32",
    program({
      kind: "gather",
      label: "",
      outer: 1,
      size: 8,
      inner: 1,
      count: 8,
      source: x,
      indices: x,
      target: y,
      chosen: null,
    }),
  ],
  [
    "leaves its buffer",
    program({ kind: "random", label: "", length: 9, seed: 0, base: 0, draw: 0, target: y }),
  ],
  ["leaves the arena", { ...program(), arenaBytes: 0 }],
];

describe.each(named)("malformed Programs are refused by %s", (_, device) => {
  test.each(malformed)("%s", (reason, wrong) => {
    expect(() =>
      load(device, { ...wrong, scalars: reason.startsWith("leaves its") ? 1 : 0 }),
    ).toThrow(reason);
  });
  test("loops nested too deeply", () => {
    const deep = Array.from({ length: 40 }).reduce<Instruction[]>(
      (body) => [repeat(1, [], body)],
      [],
    );
    expect(() => load(device, program(...deep))).toThrow("nested too deeply");
  });
});

test.runIf(natives.length > 0)("whatever the words say, rows that are run stay in bounds", () => {
  const url = new URL("../../kernel/build/Release/versant.node", import.meta.url);
  const addon = createRequire(import.meta.url)(url.pathname);
  const device = addon.open(1, "", true);
  const { words, constants } = encode(rowsProgram());
  const mutation = fc.tuple(fc.nat(words.length - 1), fc.integer({ min: -1, max: 12 }));
  const indices = fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 3, maxLength: 3 });
  let ran = 0;
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 2 }), indices, (mutations, list) => {
      const mutated = words.slice();
      for (const [at, value] of mutations) mutated[at] = value;
      try {
        const handle = addon.load(device, mutated, constants);
        addon.bind(handle, 0, new Float32Array(24));
        const inputs = [Int32Array.from(list), new Float32Array(12)];
        addon.attach(handle, new Float64Array(4), new Float64Array(3), null);
        addon.run(handle, ...inputs);
        addon.unload(handle);
        ran++;
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 20_000 },
  );
  expect(ran).toBeGreaterThan(1000);
});

test.runIf(natives.length > 0)("no words crash the native kernel", () => {
  const url = new URL("../../kernel/build/Release/versant.node", import.meta.url);
  const addon = createRequire(import.meta.url)(url.pathname);
  const device = addon.open(1, "", false);
  const { words, constants } = encode(
    program(
      loopOf(x, y, {
        registers: 2,
        uniforms: [{ register: 1, integer: false, value: 1 }],
        code: [{ operation: "add", target: 0, sources: [0, 1] }],
      }),
      repeat(2, [4], [loopOf(slice, slice, { shape: [4] })]),
      {
        kind: "matmul",
        epilogue: [],
        label: "",
        batch: [],
        m: [2],
        n: [2],
        k: [2],
        a: operand(0, [2, 1]),
        b: operand(0, [2, 1]),
        c: operand(1, [2, 1]),
      },
      {
        kind: "reduce",
        label: "",
        shape: [2, 4],
        inputs: [{ register: 0, operand: operand(0, [4, 1]) }],
        uniforms: [],
        code: [],
        registers: 1,
        reduction: "sum",
        reducedAxes: 1,
        columns: false,
        results: [{ register: 0, output: operand(1) }],
      },
    ),
  );
  const tryToLoad = (mutated: Int32Array): void => {
    try {
      addon.unload(addon.load(device, mutated, constants));
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  };
  for (let length = 0; length < words.length; length++) {
    expect(() => addon.load(device, words.slice(0, length), constants)).toThrow(
      /words|not a Program/,
    );
  }
  const mutation = fc.tuple(
    fc.nat(words.length - 1),
    fc.oneof(fc.integer({ min: -3, max: 50 }), fc.integer()),
  );
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const mutated = words.slice();
      for (const [at, value] of mutations) mutated[at] = value;
      tryToLoad(mutated);
    }),
    { numRuns: 20_000 },
  );
  expect(() => addon.run(12345, constants, constants)).toThrow("no such Program");
});
