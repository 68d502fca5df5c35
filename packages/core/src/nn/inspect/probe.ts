import { requireInstance, requireOptions } from "../../array/index.js";
import { Tensor } from "../../tensor/index.js";
import { noteGradient, tap, Variant } from "../../tensor/tap.js";
import { type AnyModule, Module } from "../module.js";
import { findAt, type Patterns } from "../pattern.js";
import { intercept, mapTensors } from "./intercept.js";

export interface ProbeOptions {
  /**
   * What to read of each value. It is computed where the value is, so that `(x) => x.abs().max()`
   * brings one number out of a Program. Default: the value itself.
   */
  readonly statistic?: (value: Tensor) => Tensor;
}

/**
 * Reads the outputs of layers, and the gradients of the loss with respect to them: in eager use, and
 * in compiled functions, where each value read is one more output of the Program.
 *
 * ```ts
 * const probe = new nn.Probe(model, "hidden.*");
 * step(x, y);
 * console.log(probe.outputs.get("hidden.0"), probe.gradients.get("hidden.0"));
 * probe.stop();
 * ```
 *
 * Names are the paths of the layers. The second call of a layer in one pass is "relu#2"; of a layer
 * that returns several tensors each has a name, "rnn:output" and "rnn:state". Those of the model
 * itself are "output" and "state"; ":output" where a layer has that path.
 *
 * While a probe is on, compiled functions run as Programs of their own, those of other models too,
 * compiled once for each probe; after `stop()` they are what they were without. So make one probe and
 * switch it with `start` and `stop`, rather than a new one each time. In the body of a `scan` a layer
 * has the outputs of all iterations, stacked along a new first axis, and no gradients.
 */
export class Probe {
  readonly #outputs = new Map<string, Tensor>();
  readonly #gradients = new Map<string, Tensor>();
  readonly #named: ReadonlyMap<string, AnyModule>;
  readonly #paths: ReadonlyMap<AnyModule, string>;
  readonly #statistic: (value: Tensor) => Tensor;
  readonly #variant = new Variant();
  #release: () => void = () => {};
  /** How often each layer was called in the pass in progress. */
  #calls: Map<AnyModule, number> | null = null;

  /**
   * @param patterns paths of layers, in which `*` stands for any characters: "hidden.*". Default:
   *   all, and the model itself, whose path is ""
   * @throws ArgumentError when `model` is no module, or a pattern matches none of its layers
   */
  constructor(model: AnyModule, patterns: Patterns = "*", options: ProbeOptions = {}) {
    requireInstance<AnyModule>("Probe", "the model", model, Module);
    requireOptions("Probe", options, ["statistic"]);
    const { statistic = (value) => value } = options;
    requireInstance("Probe", "statistic", statistic, Function);
    this.#named = model.namedModules();
    const places = new Map(
      [...this.#named].map(([path, module]) => [path, [module, path] as const]),
    );
    this.#paths = new Map(findAt("Probe", "layer", patterns, places));
    this.#statistic = statistic;
    this.start();
  }

  /** The outputs of the newest pass, by name. */
  get outputs(): ReadonlyMap<string, Tensor> {
    return this.#outputs;
  }

  /** The gradients of the newest backward pass, by name; without those that nobody needed. */
  get gradients(): ReadonlyMap<string, Tensor> {
    return this.#gradients;
  }

  /** Goes on after `stop()`; what was compiled before is used again. */
  start(): void {
    if (this.#variant.on) return;
    this.#variant.on = true;
    this.#release = intercept([...this.#named.values()], (module, proceed) =>
      this.#pass(module, proceed),
    );
  }

  /** Reads no more, and costs nothing more. What has been read stays. */
  stop(): void {
    this.#variant.on = false;
    this.#release();
  }

  #pass(module: AnyModule, proceed: () => unknown): unknown {
    const isOutermost = this.#calls === null;
    this.#calls ??= new Map();
    try {
      const output = proceed();
      const path = this.#paths.get(module);
      if (path === undefined) return output;
      const call = (this.#calls.get(module) ?? 0) + 1;
      this.#calls.set(module, call);
      const name = call === 1 ? path : `${path}#${call}`;
      return mapTensors(output, (tensor, part) => this.#read(tensor, this.#nameOf(name, part)));
    } finally {
      if (isOutermost) this.#calls = null;
    }
  }

  #nameOf(call: string, part: string): string {
    if (part === "") return call;
    const ofModel = call === "" && !this.#named.has(part);
    return ofModel ? part : `${call}:${part}`;
  }

  #read(output: Tensor, name: string): Tensor {
    this.#tap(this.#outputs, name, output.detach());
    return noteGradient(output, (gradient) => this.#tap(this.#gradients, name, gradient));
  }

  #tap(values: Map<string, Tensor>, name: string, value: Tensor): void {
    const read: unknown = this.#statistic(value);
    requireInstance("Probe", "the result of statistic", read, Tensor);
    tap(read, (result) => values.set(name, result));
  }
}
