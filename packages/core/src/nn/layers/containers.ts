import {
  ArgumentError,
  describeValue,
  formatShape,
  requireInstance,
  requireList,
  requireOptions,
  ShapeError,
  sameShape,
} from "../../array/index.js";
import type { Tensor } from "../../tensor/index.js";
import { requireInput, requireOutput } from "../check.js";
import { type AnyModule, Module } from "../module.js";
import { labelOf } from "../path.js";

/** One layer after the other: the output of each is the input of the next. */
export class Sequential extends Module {
  readonly layers: readonly Module[];

  /** @throws ArgumentError for what is not a Module */
  constructor(...layers: readonly Module[]) {
    super();
    layers.forEach((layer, index) => {
      requireInstance("Sequential", `layer ${index}`, layer, Module);
    });
    this.layers = layers;
  }

  forward(input: Tensor): Tensor {
    // Otherwise the first layer says what it expects.
    if (this.layers.length === 0) requireInput(this, input, ["..."]);
    return this.layers.reduce((x, layer) => layer.forward(x), input);
  }
}

/**
 * Modules that the model which holds them calls by itself. A plain array does as well; a list is a
 * module of its own, so that `freeze`, `eval` and `parameters` can be called on it.
 *
 * ```ts
 * blocks = new nn.ModuleList([new Block(64), new Block(64)]);
 * // in forward: for (const block of this.blocks) x = block.forward(x, mask);
 * ```
 */
export class ModuleList<M extends AnyModule> extends Module<never, never> implements Iterable<M> {
  readonly layers: readonly M[];

  /** @throws ArgumentError for what is not a list of Modules */
  constructor(layers: readonly M[]) {
    super();
    requireList("ModuleList", "the layers", layers, Module);
    this.layers = [...layers];
  }

  get length(): number {
    return this.layers.length;
  }

  /** @throws ArgumentError when there is no such place; a negative one counts from the end */
  at(index: number): M {
    const layer = Number.isInteger(index) ? this.layers.at(index) : undefined;
    if (layer) return layer;
    throw new ArgumentError(
      `${labelOf(this)}: received index ${describeValue(index)}, expected an integer from ` +
        `${-this.length} to ${this.length - 1}.`,
    );
  }

  [Symbol.iterator](): Iterator<M> {
    return this.layers.values();
  }

  /** @throws ArgumentError always: how its members are called is up to the model */
  forward(): never {
    throw new ArgumentError(
      `${labelOf(this)}: a list has no forward; call its members, or make it a Sequential.`,
    );
  }

  override toString(): string {
    return `ModuleList(${this.length})`;
  }
}

export interface ResidualOptions {
  /** What the input passes on its way around the body. Default: nothing. */
  readonly shortcut?: Module;
}

/**
 * y = x + body(x), or shortcut(x) + body(x) where the body changes the shape, for example with
 * `new Conv2d(16, 32, 1, { stride: 2 })` as the shortcut. He, Zhang, Ren and Sun, "Deep Residual
 * Learning for Image Recognition", CVPR 2016, equations 1 and 2.
 */
export class Residual extends Module {
  readonly shortcut: Module | null;

  /** @throws ArgumentError for what is not a Module */
  constructor(
    readonly body: Module,
    options: ResidualOptions = {},
  ) {
    super();
    requireInstance("Residual", "the body", body, Module);
    requireOptions("Residual", options, ["shortcut"]);
    const { shortcut } = options;
    if (shortcut !== undefined) requireInstance("Residual", "the shortcut", shortcut, Module);
    this.shortcut = shortcut ?? null;
  }

  /** @throws ShapeError when both ways do not lead to the same shape */
  forward(input: Tensor): Tensor {
    requireInput(this, input, ["..."]);
    const around = this.shortcut ? this.shortcut.forward(input) : input;
    const through = this.body.forward(input);
    if (this.shortcut) requireOutput(this, "the output of the shortcut", around);
    requireOutput(this, "the output of the body", through);
    if (sameShape(around.shape, through.shape)) return around.add(through);
    const passed = this.shortcut ? "the shortcut" : "the input";
    throw new ShapeError(
      `${labelOf(this)}: received shape ${formatShape(through.shape)} from the body, expected ` +
        `${formatShape(around.shape)} as from ${passed}; give a shortcut that changes the shape ` +
        "alike.",
    );
  }
}
