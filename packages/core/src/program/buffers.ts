import type { Chosen, Instruction, Operand } from "./instructions.js";

/** The buffers an instruction touches itself, not those of its body. */
export function buffersOf(instruction: Instruction): number[] {
  switch (instruction.kind) {
    case "loop":
      return [...instruction.inputs, ...instruction.outputs].map(({ operand }) => operand.buffer);
    case "reduce":
      return [
        ...instruction.inputs.map(({ operand }) => operand.buffer),
        ...instruction.results.map(({ output }) => output.buffer),
      ];
    case "matmul":
      return [
        ...[instruction.a, instruction.b, instruction.c].map(({ buffer }) => buffer),
        ...instruction.epilogue.flatMap(({ x }) => x?.buffer ?? []),
      ];
    case "random":
      return [instruction.target.buffer];
    case "repeat":
      return [...instruction.moving];
    case "checkFinite":
      return [instruction.operand.buffer];
    case "checkIndices":
      return [instruction.indices.buffer];
    case "groupRows":
      return [instruction.indices.buffer, instruction.table.buffer, instruction.groups.buffer];
    case "checkRows":
      return [...chosenBuffers(instruction), instruction.groups.buffer];
    case "updateRows": {
      const { indices, groups, target } = instruction;
      return [...chosenBuffers(instruction), indices.buffer, groups.buffer, target.buffer];
    }
    default: {
      const { indices, target } = instruction;
      return [...chosenBuffers(instruction), indices.buffer, target.buffer];
    }
  }
}

const chosenBuffers = ({ source, chosen }: { source: Operand; chosen: Chosen | null }): number[] =>
  chosen ? [source.buffer, chosen.indices.buffer] : [source.buffer];

/** The buffers an instruction writes itself, not those of its body. */
export function writtenBuffers(instruction: Instruction): number[] {
  switch (instruction.kind) {
    case "loop":
      return instruction.outputs.map(({ operand }) => operand.buffer);
    case "reduce":
      return instruction.results.map(({ output }) => output.buffer);
    case "matmul":
      return [instruction.c.buffer];
    case "groupRows":
      return [instruction.table.buffer, instruction.groups.buffer];
    case "repeat":
    case "checkFinite":
    case "checkIndices":
    case "checkRows":
      return [];
    default:
      return [instruction.target.buffer];
  }
}
