import fc from "fast-check";
import { expect, test } from "vitest";
import type { Loop, MicroOperation } from "../../src/program/index.js";
import { bitsOf, expected, kernels, operand, ProgramBuilder, runOn } from "./programs.js";

/** Code of a few operations that read whatever stands in a register of their kind, and may join. */
const randomCode = fc
  .array(
    fc.record({
      operation: fc.constantFrom<MicroOperation>(
        ...(["add", "subtract", "multiply", "lessEqual", "equal", "equalInt", "select"] as const),
      ),
      target: fc.nat(7),
      picks: fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((choices) => {
    const integers = new Map([0, 1, 2, 3].map((register) => [register, register > 1]));
    const pick = (integer: boolean, number: number): number | undefined => {
      const fitting = [...integers]
        .filter(([, is]) => is === integer)
        .map(([register]) => register);
      return fitting[number % fitting.length];
    };
    const code = choices.flatMap(({ operation, target, picks: [x = 0, y = 0, z = 0] }) => {
      const takes = operation === "equalInt";
      const chooses = operation === "select";
      const result = chooses ? y % 2 === 1 : /equal/i.test(operation);
      const sources = chooses
        ? [pick(true, x), pick(result, y), pick(result, z)]
        : [pick(takes, x), pick(takes, y)];
      if (sources.includes(undefined)) return [];
      integers.set(target, result);
      return [{ operation, target, sources: sources as number[] }];
    });
    return { code, outputs: [...integers] };
  });

test("operations that join agree with the interpreter to the bit, on every kernel", () => {
  const length = 300;
  const values = (k: number) => Array.from({ length }, (_, e) => ((e * 37 + k * 11) % 7) - 3);
  fc.assert(
    fc.property(randomCode, ({ code, outputs }) => {
      const builder = new ProgramBuilder();
      const inputs = [0, 1, 2, 3].map((register) => {
        const data =
          register > 1 ? Int32Array.from(values(register)) : Float32Array.from(values(register));
        const buffer = builder.input(register > 1 ? "int32" : "float32", data);
        return { register, operand: operand(buffer, [1]) };
      });
      const loop: Loop = {
        kind: "loop",
        label: "joined",
        shape: [length],
        inputs,
        uniforms: [],
        code,
        registers: 8,
        outputs: outputs.map(([register, integer]) => {
          const buffer = builder.output(integer ? "int32" : "float32", length);
          return { register, operand: operand(buffer, [1]) };
        }),
      };
      const program = builder.build([loop]);
      const wanted = bitsOf(expected(builder, program));
      for (const device of kernels) {
        expect(bitsOf(runOn(device, builder, program)), device.description).toBe(wanted);
      }
    }),
    { numRuns: 300 },
  );
});
