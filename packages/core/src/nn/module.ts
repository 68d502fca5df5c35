import { ArgumentError, requireFlag } from "../array/index.js";
import { Buffer, observe, Parameter, type Tensor } from "../tensor/index.js";
import { captureState } from "../tensor/stateDict.js";
import { noteUse, register } from "./path.js";
import { type Patterns, parametersAt } from "./pattern.js";
import { type LoadOptions, type LoadReport, loadState, type StateDict } from "./stateDict.js";

/** A module whatever it takes and returns. */
export type AnyModule = Module<never, unknown>;

type Member = AnyModule | Parameter | Buffer;

const isMember = (value: unknown): value is Member =>
  value instanceof Module || value instanceof Parameter || value instanceof Buffer;

/** What stands in a container whose contents a module does not look at. */
function contentsOf(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value;
  if (value instanceof Map || value instanceof Set) return [...value.values()];
  return Object.getPrototypeOf(value) === Object.prototype ? Object.values(value) : [];
}

/**
 * The members that a module itself holds, by name: its properties, and the elements of properties
 * that are arrays.
 */
function ownMembers(module: AnyModule): [string, Member][] {
  const members: [string, Member][] = [];
  const visit = (name: string, value: unknown): void => {
    if (isMember(value)) members.push([name, value]);
    else if (contentsOf(value).some(isMember)) {
      // Silently leaving these untrained would be the worst answer.
      throw new ArgumentError(
        `${module.constructor.name}: property "${name}" holds a module, parameter or buffer inside ` +
          "an object, Map, Set or nested array, where it would not be trained; keep it in a " +
          "property of its own or in a flat array, or in a #private field to leave it out.",
      );
    }
  };
  for (const [name, value] of Object.entries(module)) {
    const own = members.length;
    const parts = Array.isArray(value) ? [...value.entries()] : [];
    for (const [index, part] of parts) visit(`${name}.${index}`, part);
    if (!Array.isArray(value)) visit(name, value);
    if (members.length > own && name.includes(".")) {
      throw new ArgumentError(
        `${module.constructor.name}: received a module, parameter or buffer in property "${name}", ` +
          "expected a name without dots, as they part the names of a path.",
      );
    }
  }
  return members;
}

/**
 * A part of a network: parameters, and the function that they are parameters of. A subclass assigns
 * its parts to properties and defines `forward`:
 *
 * ```ts
 * class Mlp extends nn.Module {
 *   hidden = [new nn.Linear(784, 40), new nn.Linear(40, 40)];
 *   output = new nn.Linear(40, 10);
 *
 *   forward(x: Tensor): Tensor {
 *     for (const layer of this.hidden) x = layer.forward(x).relu();
 *     return this.output.forward(x);
 *   }
 * }
 * ```
 *
 * A model of several inputs, or of another result, says so: `extends nn.Module<[Tensor, Tensor]>`. A
 * `Trainer` gives it all tensors of a sample but the last, which is the target.
 *
 * Roles are explicit: an own enumerable property that is a `Module`, a `Parameter` (trained) or a
 * `Buffer` (state, not trained), or an array of those, is a member; everything else, such as a
 * plain tensor, is configuration. Names are paths: "hidden.0.weight". A member that is reached
 * twice counts once, under its first name.
 */
export abstract class Module<Inputs extends readonly unknown[] = [input: Tensor], Output = Tensor> {
  #training = true;
  readonly #isTraining = () => this.#training;

  constructor() {
    register(this);
  }

  /** How errors and tables write it, such as "Linear(4, 3)". Default: the name of the class. */
  toString(): string {
    return this.constructor.name;
  }

  /** The mode: true while training, false in evaluation. Changed by `train()` and `eval()`. */
  get training(): boolean {
    return observe(this.#isTraining);
  }

  set training(training: boolean) {
    requireFlag(String(this), "training", training);
    // A captured function starts from what this was before it changed it.
    observe(this.#isTraining);
    this.#training = training;
  }

  abstract forward(...inputs: Inputs): Output;

  /** Every module from this one down by its path; this one's path is "". */
  namedModules(): Map<string, AnyModule> {
    const paths = new Map<AnyModule, string>();
    const visit = (module: AnyModule, path: string): void => {
      if (paths.has(module)) return;
      paths.set(module, path);
      for (const [name, member] of ownMembers(module)) {
        if (member instanceof Module) visit(member, path ? `${path}.${name}` : name);
      }
    };
    visit(this, "");
    return new Map([...paths].map(([module, path]) => [path, module]));
  }

  /** Every module from this one down, this one first. */
  modules(): AnyModule[] {
    return [...this.namedModules().values()];
  }

  /** The modules that this one itself holds. */
  children(): AnyModule[] {
    const members = ownMembers(this).map(([, member]) => member);
    return [...new Set(members.filter((member) => member instanceof Module))];
  }

  #named<T extends Parameter | Buffer>(isRole: (member: Member) => member is T): Map<string, T> {
    noteUse(this);
    const paths = new Map<T, string>();
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, member] of ownMembers(module)) {
        if (!isRole(member) || paths.has(member)) continue;
        const path = prefix ? `${prefix}.${name}` : name;
        paths.set(member, path);
        // Errors say where it stands in the largest model that has listed it.
        if (path.endsWith(member.name)) member.name = path;
      }
    }
    return new Map([...paths].map(([member, path]) => [path, member]));
  }

  /** Every parameter from this module down, frozen ones included, by its path. */
  namedParameters(): Map<string, Parameter> {
    return this.#named((member) => member instanceof Parameter);
  }

  /** Every parameter from this module down: what an optimiser takes. */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }

  /** Every buffer from this module down, by its path. */
  namedBuffers(): Map<string, Buffer> {
    return this.#named((member) => member instanceof Buffer);
  }

  buffers(): Buffer[] {
    return [...this.namedBuffers().values()];
  }

  /** Training mode, from this module down: dropout drops, batch statistics are taken. */
  train(): this {
    return this.#setTraining(true);
  }

  /** Evaluation mode, from this module down. */
  eval(): this {
    return this.#setTraining(false);
  }

  #setTraining(training: boolean): this {
    noteUse(this);
    for (const module of this.modules()) module.training = training;
    return this;
  }

  /**
   * Excludes parameters from training. What leads to nothing but frozen parameters costs no
   * gradient. Buffers are no parameters: the running statistics of a frozen BatchNorm move on while
   * it is in training mode, as in PyTorch. After its `eval()` they stand still; `Trainer.fit` puts
   * the whole model in training mode, so the place for that is a callback's `onFitStart`.
   *
   * @param patterns paths of parameters or of modules, which stand for all of theirs: "encoder",
   *   "encoder.*", "*.bias", or a list of such. Default: everything from this module down
   * @throws ArgumentError when a pattern names no parameter; nothing is frozen then
   */
  freeze(patterns?: Patterns): this {
    return this.#setTrained(false, "freeze", patterns);
  }

  /** Undoes `freeze`, for all or for what the patterns name. */
  thaw(patterns?: Patterns): this {
    return this.#setTrained(true, "thaw", patterns);
  }

  #setTrained(trained: boolean, action: string, patterns: Patterns | undefined): this {
    const chosen =
      patterns === undefined ? this.parameters() : parametersAt(this, action, patterns);
    for (const parameter of chosen) parameter.requiresGrad = trained;
    return this;
  }

  #states(): Map<string, Parameter | Buffer> {
    return new Map<string, Parameter | Buffer>([...this.namedParameters(), ...this.namedBuffers()]);
  }

  /** The values of all parameters and buffers by path, as they are now; later steps change none. */
  stateDict(): StateDict {
    return captureState(this.#states());
  }

  /**
   * Sets parameters and buffers to the values of a state dict. When something does not fit, nothing
   * is changed.
   *
   * @param options `strict: false` accepts names that are missing or unexpected, and reports them
   * @throws ArgumentError listing the names that are missing, unexpected, or of the wrong shape or
   *   dtype
   */
  loadStateDict(dict: ReadonlyMap<string, Tensor>, options: LoadOptions = {}): LoadReport {
    return loadState(this.constructor.name, this.#states(), dict, options);
  }
}
