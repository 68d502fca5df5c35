import { concatenate, type Parameter, stack, type Tensor } from "../../tensor/index.js";
import { norm } from "../../tensor/norm.js";
import { operationsSince, sourceOf } from "../../tensor/operations.js";
import { noteGradient, tap } from "../../tensor/tap.js";
import type { AnyModule } from "../module.js";
import { CallRecorder, wrote } from "./calls.js";
import { ownParameters } from "./costs.js";
import { deadUnits } from "./deadUnits.js";
import type { LayerGradient, ParameterChange } from "./diagnosis.js";
import { mapTensors } from "./intercept.js";

/** What is watched of a model. */
export interface Watched {
  readonly paths: ReadonlyMap<AnyModule, string>;
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** What one run of the step has shown. */
export interface Shown {
  readonly layers: readonly LayerGradient[];
  readonly parameters: readonly ParameterChange[];
  /** 1 for each unit that is 0 in every sample of the batch, 0 for the others. */
  readonly relus: readonly { readonly path: string; readonly dead: Float32Array }[];
}

/** The gradient of an output, once a backward pass has written it. */
interface Noted {
  gradient: Tensor | null;
}

/** The forward and the backward pass of one captured step, and what is measured in it. */
export class Recording {
  readonly #watched: Watched;
  readonly #calls = new CallRecorder();
  readonly #noted = new Map<AnyModule, Noted[]>();
  readonly #before: ReadonlyMap<string, Tensor>;

  constructor(watched: Watched) {
    this.#watched = watched;
    // Before the optimiser gives them other values.
    this.#before = new Map([...watched.parameters].map(([path, each]) => [path, each.detach()]));
  }

  /** A call of a module's `forward`. */
  pass(module: AnyModule, proceed: () => unknown): unknown {
    const output = this.#calls.record(module, proceed);
    const outputs = this.#noted.get(module) ?? [];
    this.#noted.set(module, outputs);
    return mapTensors(output, (tensor) => {
      const noted: Noted = { gradient: null };
      outputs.push(noted);
      return noteGradient(tensor, (gradient) => {
        noted.gradient = gradient;
      });
    });
  }

  /** Adds the measurements to the step; `receive` hears of them after every run. */
  finish(receive: (shown: Shown) => void): void {
    const scalars: Tensor[] = [];
    const measure = (scalar: Tensor): number => scalars.push(scalar.cast("float32")) - 1;

    const parameters = [...this.#watched.parameters].flatMap(([path, parameter]) => {
      const before = this.#before.get(path);
      const { grad } = parameter;
      if (!before || !grad) return [];
      const update = measure(norm([parameter.subtract(before)]));
      return [{ path, gradient: measure(norm([grad])), weight: measure(norm([before])), update }];
    });
    // A function without backward pass, such as an evaluation, shows nothing.
    if (parameters.length === 0) return;
    const layers = this.#layers().map(({ path, gradients }) => {
      return { path, gradient: measure(norm(gradients)) };
    });
    const relus = this.#relus().map(({ path, output }) => ({ path, units: deadUnits(output) }));

    tap(concatenate([stack(scalars), ...relus.map(({ units }) => units)]), (result) => {
      const values = result.dataSync() as Float32Array;
      const at = (index: number): number => values[index] as number;
      let start = scalars.length;
      receive({
        layers: layers.map(({ path, gradient }) => ({ path, gradient: at(gradient) })),
        parameters: parameters.map(({ path, gradient, weight, update }) => ({
          path,
          gradient: at(gradient),
          weight: at(weight),
          updateRatio: at(update) === 0 ? 0 : at(update) / at(weight),
        })),
        relus: relus.map(({ path, units }) => {
          const dead = values.subarray(start, start + units.size);
          start += units.size;
          return { path, dead };
        }),
      });
    });
  }

  /** Layers that learn, in the order of their first calls, with the gradient of each output. */
  #layers(): { path: string; gradients: Tensor[] }[] {
    const ordered = [...this.#calls.calls].sort((a, b) => a.order - b.order);
    const called = new Set(ordered.map(({ module }) => module));
    // Its own parameters, or those of parts that it uses without calling them.
    const learns = (module: AnyModule): boolean =>
      ownParameters(module).some(({ grad }) => grad) ||
      module.children().some((child) => !called.has(child) && learns(child));
    return [...called].filter(learns).flatMap((module) => {
      const gradients = (this.#noted.get(module) ?? []).flatMap(({ gradient }) => gradient ?? []);
      return gradients.length > 0 ? [{ path: this.#pathOf(module), gradients }] : [];
    });
  }

  /** What ReLUs put out, layers and functions, named after the layer that they are or follow. */
  #relus(): { path: string; output: Tensor }[] {
    const { calls, outermost } = this.#calls;
    const madeBy = new Map<object, string>();
    for (const { module, outputs } of calls) {
      for (const source of outputs.map(sourceOf)) {
        // Inner calls come first: a block that returns what its last layer does comes too late.
        if (!madeBy.has(source)) madeBy.set(source, this.#pathOf(module));
      }
    }
    const writerOf = (position: number): string => {
      const writer = calls.find((call) => wrote(call, position));
      return writer ? this.#pathOf(writer.module) : "";
    };
    const times = new Map<string, number>();
    return outermost
      .flatMap(({ start, outputs }) => operationsSince(start, outputs))
      .filter(({ primitive, output }) => primitive === "relu" && output.rank > 0)
      .map(({ position, inputs, output }) => {
        const before = inputs[0] && madeBy.get(sourceOf(inputs[0]));
        const path =
          madeBy.get(sourceOf(output)) ?? `${before ?? `in ${writerOf(position)}`} (relu)`;
        const time = (times.get(path) ?? 0) + 1;
        times.set(path, time);
        return { path: time === 1 ? path : `${path}#${time}`, output };
      });
  }

  #pathOf(module: AnyModule): string {
    return this.#watched.paths.get(module) as string;
  }
}
