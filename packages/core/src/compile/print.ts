import { formatShape } from "../array/index.js";
import { type Graph, type Node, rootsOf, topologicalOrder } from "../graph/index.js";
import type {
  Body,
  BufferDeclaration,
  Chosen,
  Instruction,
  Operand,
  Program,
} from "../program/index.js";

/** What of a node's attributes tells it apart, after a blank; empty where nothing does. */
export function attributesText(node: Node): string {
  if (node.is("constant")) return ` ${node.attributes.value}`;
  if (node.is("state")) return ` ${node.attributes.cell.name || "unnamed"}`;
  if (node.is("input")) return ` ${node.attributes.index}`;
  if (node.is("permute")) return ` [${node.attributes.order}]`;
  if (node.is("sum") || node.is("reduceMax") || node.is("argmax"))
    return ` [${node.attributes.axes}]`;
  if (node.is("scan")) return ` ${node.attributes.length} times`;
  return "";
}

/** One line a node: `%7 = matmul %1, %6 : float32 (64, 40)`. */
export function printGraph(graph: Graph): string {
  const names = new Map<Node, string>();
  const lines = topologicalOrder(rootsOf(graph)).map((node, index) => {
    const name = `%${index}`;
    names.set(node, name);
    const inputs = node.inputs.map((input) => names.get(input)).join(", ");
    const what = `${node.primitive}${attributesText(node)}${inputs && ` ${inputs}`}`;
    return `${name} = ${what} : ${node.dtype} ${formatShape(node.shape)}`;
  });
  const name = (node: Node): string => names.get(node) ?? "?";
  lines.push(`return ${graph.outputs.map(name).join(", ")}`);
  for (const { state, value } of graph.updates) {
    lines.push(`${state.attributes.cell.name || "state"} := ${name(value)}`);
  }
  for (const { node, label } of graph.checks) lines.push(`require finite ${name(node)} (${label})`);
  return lines.join("\n");
}

function placeText({ place, dtype, length }: BufferDeclaration): string {
  const where = {
    arena: () => (place.kind === "arena" ? `arena+${place.offset}` : ""),
    bound: () => (place.kind === "bound" ? `slot ${place.slot}` : ""),
    input: () => (place.kind === "input" ? `input ${place.index}` : ""),
    output: () => (place.kind === "output" ? `output ${place.index}` : ""),
    moving: () => (place.kind === "moving" ? `b${place.of} + t * ${place.stride}` : ""),
  }[place.kind]();
  return `${dtype}[${length}] ${where}`;
}

const operandText = ({ buffer, offset, strides }: Operand): string => {
  const start = offset === 0 ? "" : `+${offset}`;
  return `${buffer < 0 ? "iota" : `b${buffer}`}${start}[${strides.join(",")}]`;
};

const chosenText = ({ source, chosen }: { source: Operand; chosen: Chosen | null }): string =>
  `${operandText(source)}${chosen ? ` by ${operandText(chosen.indices)}` : ""}`;

function bodyText(body: Body): string[] {
  const uniforms = body.uniforms.map(
    (uniform) =>
      `r${uniform.register} = ${"value" in uniform ? uniform.value : `scalar ${uniform.scalar}`}`,
  );
  const loads = body.inputs.map(
    ({ register, operand }) => `r${register} = ${operandText(operand)}`,
  );
  const code = body.code.map(
    ({ operation, target, sources }) =>
      `r${target} = ${operation}(${sources.map((source) => `r${source}`).join(", ")})`,
  );
  return [...uniforms, ...loads, ...code];
}

function instructionLines(instruction: Instruction): string[] {
  const head = `${instruction.kind}: ${instruction.label}`;
  switch (instruction.kind) {
    case "loop": {
      const stores = instruction.outputs.map(
        ({ register, operand }) => `${operandText(operand)} = r${register}`,
      );
      return [`${head} over [${instruction.shape}]`, ...bodyText(instruction), ...stores];
    }
    case "reduce": {
      const { results, reduction } = instruction;
      const stores = results.map(
        ({ register, output }) => `${operandText(output)} = ${reduction}(r${register})`,
      );
      return [`${head} over [${instruction.shape}]`, ...bodyText(instruction), ...stores];
    }
    case "matmul": {
      const { m, n, k, a, b, c, epilogue } = instruction;
      return [
        `${head} m=${m.join("x")} n=${n.join("x")} k=${k.join("x")}`,
        [c, a, b].map(operandText).join(", "),
        ...epilogue.map(({ operation, x }) =>
          [operation, ...(x ? [operandText(x)] : [])].join(" "),
        ),
      ];
    }
    case "repeat":
      return [
        `${head} ${instruction.iterations} times${instruction.reverse ? " backwards" : ""}`,
        ...instruction.body.flatMap(instructionLines),
      ];
    case "random":
      return [head, operandText(instruction.target)];
    case "checkFinite":
      return [head, operandText(instruction.operand)];
    case "checkIndices":
      return [head, operandText(instruction.indices)];
    case "groupRows": {
      const { groups, indices, table } = instruction;
      return [head, [groups, indices, table].map(operandText).join(", ")];
    }
    case "checkRows":
      return [head, `${chosenText(instruction)}, ${operandText(instruction.groups)}`];
    case "updateRows": {
      const { target, indices, groups, factor } = instruction;
      const by = "value" in factor ? factor.value : `scalar ${factor.scalar}`;
      const rows = `${operandText(target)}, ${chosenText(instruction)}`;
      return [head, `${rows}, ${[indices, groups].map(operandText).join(", ")}, ${by}`];
    }
    default: {
      const { indices, target } = instruction;
      const operands = [operandText(target), chosenText(instruction), operandText(indices)];
      return [head, operands.join(", ")];
    }
  }
}

const indented = ([head, ...rest]: readonly string[]): string =>
  [head, ...rest.map((line) => `    ${line}`)].join("\n");

/** The instructions, what each reads and writes, and where buffers are. */
export function printProgram(program: Program): string {
  const listing = (instructions: readonly Instruction[]): string =>
    instructions.map((each) => indented(instructionLines(each))).join("\n");
  const buffers = program.buffers.map((buffer, index) => `b${index}: ${placeText(buffer)}`);
  return [
    listing(program.compute),
    "commit",
    listing(program.commit),
    `arena: ${program.arenaBytes} bytes`,
    ...buffers,
  ].join("\n");
}
