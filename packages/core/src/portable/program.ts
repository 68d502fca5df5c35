import { ArgumentError, type DType, dtypes, type Shape, sizeOf } from "../array/index.js";
import { compileGraph } from "../compile/index.js";
import { type Graph, type Inventory, inventoryOf } from "../graph/index.js";
import { encode } from "../program/encode.js";
import { captureFunction } from "../tensor/captured.js";
import type { Tensor } from "../tensor/index.js";

/** What goes into a program, or comes out of it. */
export interface PortableArgument {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Elements in the memory of a program: where they begin, in bytes from its start, and how many they are. */
export interface PortableSpan {
  readonly offset: number;
  readonly length: number;
}

export type PortableArray = PortableArgument & PortableSpan;

/**
 * A function for arguments of fixed shapes, as the kernel runs it: what a host needs that has the
 * WebAssembly kernel and nothing else of Versant. It allocates `memory` bytes of the kernel's, copies
 * `bytes` to their beginning, calls `load` with the addresses and lengths of `words` and `constants`, and
 * writes the addresses of slots, inputs and outputs, in this order, where `external` says. From then on it
 * writes the inputs, calls `run`, and reads the outputs.
 */
export interface PortableProgram {
  /** How much memory it needs. The kernel adds its scratch. */
  readonly memory: number;
  /** What stands there at the beginning. */
  readonly bytes: Uint8Array;
  /** The encoded Program, as int32. */
  readonly words: PortableSpan;
  /** The numbers that it refers to, as float64. */
  readonly constants: PortableSpan;
  /** Where the values begin that it is bound to: weights, and what follows from nothing else. */
  readonly slots: readonly number[];
  readonly inputs: readonly PortableArray[];
  readonly outputs: readonly PortableArray[];
}

/**
 * Compiles a function for arguments of fixed shapes, with the values that parameters and buffers have now.
 *
 * ```ts
 * model.eval();
 * const program = portableProgram((x) => model.forward(x), [{ dtype: "float32", shape: [1, 784] }]);
 * ```
 *
 * @param forward a function of tensors that draws no random numbers and changes no state, such as the
 *   forward pass of a model in evaluation mode
 * @param inputs dtypes and shapes of its arguments
 * @throws ArgumentError when it draws random numbers, depends on a run-time scalar, or changes a state
 */
export function portableProgram(
  forward: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly PortableArgument[],
): PortableProgram {
  const { graph } = captureFunction(forward, inputs, false);
  const inventory = inventoryOf(graph);
  requireRepeatable(graph, inventory);
  const { words, constants } = encode(compileGraph(graph, inventory));
  const values = inventory.bindings.map((binding) =>
    (binding.kind === "state" ? binding.cell.storage : binding.storage).read(),
  );
  const contents = [words, constants, ...values];
  const layout = new Layout();
  const offsets = contents.map(({ byteLength }) => layout.take(byteLength));
  const bytes = new Uint8Array(layout.bytes);
  contents.forEach(({ buffer, byteOffset, byteLength }, index) => {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offsets[index]);
  });
  const [wordsAt = 0, constantsAt = 0, ...slots] = offsets;
  const place = ({ dtype, shape }: PortableArgument): PortableArray => {
    const length = sizeOf(shape);
    return { dtype, shape, offset: layout.take(length * dtypes[dtype].bytes), length };
  };
  return {
    bytes,
    words: { offset: wordsAt, length: words.length },
    constants: { offset: constantsAt, length: constants.length },
    slots,
    inputs: inputs.map(place),
    outputs: graph.outputs.map(place),
    memory: layout.bytes,
  };
}

/** Equal arguments have to give equal results: nothing but they may come from outside, nothing stay behind. */
function requireRepeatable({ updates }: Graph, { scalars }: Inventory): void {
  const [update] = updates;
  if (update) {
    throw new ArgumentError(
      `portableProgram: the function changes the state "${update.state.attributes.cell.name}", expected ` +
        "one that changes none; call `model.eval()` first.",
    );
  }
  if (scalars.length === 0) return;
  throw new ArgumentError(
    "portableProgram: the function draws random numbers or reads a run-time scalar, expected one that " +
      "depends on its arguments alone; call `model.eval()` first.",
  );
}

/** Parts of memory one behind the other, each at a multiple of the kernel's unit. */
class Layout {
  bytes = 0;

  /** @returns where the next part begins */
  take(bytes: number): number {
    const offset = this.bytes;
    this.bytes += Math.ceil(bytes / 64) * 64;
    return offset;
  }
}
