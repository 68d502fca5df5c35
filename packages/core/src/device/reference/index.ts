import { makeArray, type Storage } from "../../array/index.js";
import { type Check, rootsOf, type ScalarSource, type StateCell } from "../../graph/index.js";
import type { Device, Executable, Loadable } from "../device.js";
import { interpret } from "./interpreter.js";
import { at, Failed, makeValues, type Values } from "./values.js";

/**
 * The oracle of the other devices and the place to read what a primitive means: interprets the
 * graph as it was captured, before any pass. Every floating intermediate is float64 and is rounded
 * only where it leaves the run, into an output or a state.
 */
export function createReference(): Device {
  return {
    name: "reference",
    arithmetic: "float64",
    threads: 1,
    description: "interpreter in float64, the oracle of the other devices; 1 thread",
    load,
    measureLimits: () => null,
  };
}

function load({ graph, inventory: { bindings, scalarOf } }: Loadable): Executable {
  const bound = new Map<StateCell | Storage, Storage>();
  const content = (leaf: StateCell | Storage): Storage =>
    bound.get(leaf) ?? ("storage" in leaf ? leaf.storage : leaf);

  return {
    program: null,

    bind(slot, storage) {
      const binding = at(bindings, slot);
      bound.set(binding.kind === "state" ? binding.cell : binding.storage, storage);
    },

    run(inputs, outputs, scalars) {
      const scalar = (source: ScalarSource) => at(scalars, scalarOf.get(source) ?? -1);
      const surroundings = {
        run: { scalar, content },
        inputs: inputs.map((data, index) => makeValues(at(graph.inputs, index).dtype, data)),
        iteration: 0,
      };
      try {
        const values = interpret(rootsOf(graph), surroundings);
        const newContents = values.splice(graph.outputs.length);
        const checked = newContents.splice(graph.updates.length);
        graph.checks.forEach((check, index) => {
          requireFinite(check, at(checked, index));
        });
        outputs.forEach((output, index) => {
          output.set(at(values, index));
        });
        graph.updates.forEach(({ state }, index) => {
          overwrite(content(state.attributes.cell), at(newContents, index));
        });
      } catch (error) {
        if (error instanceof Failed) return error.failure;
        throw error;
      }
      return null;
    },
  };
}

/** Fails where a value, as it would be stored, is NaN or infinite. */
function requireFinite({ node, label }: Check, values: Values): void {
  if (!makeArray(node.dtype, values).every((each) => Number.isFinite(each))) {
    throw new Failed({ kind: "nonFinite", label });
  }
}

/** Replaces the bytes; a copy on another device is no longer the truth. */
function overwrite(storage: Storage, values: Values): void {
  storage.host ??= storage.read();
  storage.host.set(values);
  storage.resident = null;
}
