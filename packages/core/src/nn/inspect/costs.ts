import { dtypes, type Shape } from "../../array/index.js";
import { recordCapture } from "../../tensor/capture.js";
import type { Parameter, Tensor } from "../../tensor/index.js";
import { operationsSince, sourceOf } from "../../tensor/operations.js";
import type { AnyModule } from "../module.js";
import { type Call, CallRecorder, wrote } from "./calls.js";
import { intercept } from "./intercept.js";

/** What a module costs that takes part. */
export interface Costs {
  /** Of each tensor that it returned at first; none where others use its parameters. */
  readonly outputShapes: readonly Shape[];
  readonly multiplyAdds: number;
  readonly activationBytes: number;
}

/**
 * The costs of every module that takes part in a forward pass in evaluation mode, in the order of
 * the first calls. The pass is only written down.
 */
export function costsOf(model: AnyModule, inputs: readonly Tensor[]): Map<AnyModule, Costs> {
  const modules = model.modules();
  const modes = modules.map((module) => module.training);
  const recorder = new CallRecorder();
  const stop = intercept(modules, (module, proceed) => recorder.record(module, proceed));
  model.eval();
  try {
    return recordCapture(() => {
      const held = [...inputs, ...model.parameters(), ...model.buffers()].map(sourceOf);
      model.forward(...(inputs as never));
      const costs = byModule(recorder.calls, new Set(held));
      const used = sourcesUsed(recorder.outermost);
      const isUsed = (module: AnyModule): boolean =>
        ownParameters(module).some((parameter) => used.has(sourceOf(parameter)));
      for (const module of modules) {
        if (!costs.has(module) && isUsed(module)) costs.set(module, noCosts);
      }
      return costs;
    }).result;
  } finally {
    stop();
    modules.forEach((module, index) => {
      module.training = modes[index] as boolean;
    });
  }
}

/** The parameters of a module without those of its children. */
export function ownParameters(module: AnyModule): Parameter[] {
  const below = new Set(module.children().flatMap((child) => child.parameters()));
  return module.parameters().filter((parameter) => !below.has(parameter));
}

export const noCosts: Costs = { outputShapes: [], multiplyAdds: 0, activationBytes: 0 };

/** Whatever operations of these calls read. */
function sourcesUsed(calls: readonly Call[]): Set<object> {
  const operations = calls.flatMap(({ start, outputs }) => operationsSince(start, outputs));
  return new Set(operations.flatMap(({ inputs }) => inputs.map(sourceOf)));
}

/** @param held where bytes are counted already; grows by what the calls returned */
function byModule(calls: readonly Call[], held: Set<object>): Map<AnyModule, Costs> {
  const bytes = new Map(calls.map((call) => [call, newBytes(call, held)]));
  const costs = new Map<AnyModule, Costs>();
  for (const call of [...calls].sort((a, b) => a.order - b.order)) {
    const known = costs.get(call.module);
    costs.set(call.module, {
      outputShapes: known?.outputShapes ?? call.outputs.map(({ shape }) => shape),
      multiplyAdds: (known?.multiplyAdds ?? 0) + ownMultiplyAdds(call),
      activationBytes: (known?.activationBytes ?? 0) + (bytes.get(call) ?? 0),
    });
  }
  return costs;
}

function ownMultiplyAdds(call: Call): number {
  const within = call.inner.filter((inner) => isDeeper(inner, call));
  const own = within.reduce(
    (sum, inner) => sum - allMultiplyAdds(inner),
    writtenMultiplyAdds(call),
  );
  // A loop does not count what a call in its body computes in vain.
  return Math.max(0, own);
}

/** Those of the calls inside of it as well. */
function allMultiplyAdds(call: Call): number {
  const beside = call.inner.filter((inner) => !isDeeper(inner, call));
  return beside.reduce((all, inner) => all + allMultiplyAdds(inner), writtenMultiplyAdds(call));
}

/** Those of what the call wrote itself; a loop that it wrote counts with the calls in its body. */
function writtenMultiplyAdds(call: Call): number {
  const iterations = call.loops.reduce((product, length) => product * length, 1);
  return operationsSince(call.start, call.outputs)
    .filter(({ position }) => wrote(call, position))
    .reduce((total, { multiplyAdds }) => total + iterations * multiplyAdds, 0);
}

const isDeeper = (inner: Call, outer: Call): boolean => inner.loops.length > outer.loops.length;

/** The bytes of what a call returned. Of what is returned in a loop only the newest exists. */
function newBytes({ outputs, loops }: Call, held: Set<object>): number {
  if (loops.length > 0) return 0;
  let bytes = 0;
  for (const output of outputs) {
    const source = sourceOf(output);
    if (!held.has(source)) bytes += dtypes[output.dtype].bytes * output.size;
    held.add(source);
  }
  return bytes;
}
