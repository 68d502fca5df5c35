import type { Tensor } from "../../tensor/index.js";
import { currentPosition } from "../../tensor/operations.js";
import { openLoops } from "../../tensor/tap.js";
import type { AnyModule } from "../module.js";
import { tensorsIn } from "./intercept.js";

/** A call of a module's `forward`, and what it wrote into the graph. */
export interface Call {
  readonly module: AnyModule;
  /** How many calls had begun before. */
  readonly order: number;
  /** Calls of other modules in the course of this one. */
  readonly inner: readonly Call[];
  /** Its operations are those after `start` up to `end`, inner calls included. */
  readonly start: number;
  readonly end: number;
  readonly outputs: readonly Tensor[];
  /** The lengths of the loops that it is in the body of. */
  readonly loops: readonly number[];
}

/** Keeps a record of calls; `record` is for an interceptor. */
export class CallRecorder {
  /** Finished calls, inner ones first. */
  readonly calls: Call[] = [];
  /** Those that no other call is around. */
  readonly outermost: Call[] = [];
  /** For each call in progress, the finished calls inside of it. */
  readonly #open: Call[][] = [];
  #begun = 0;

  record(module: AnyModule, proceed: () => unknown): unknown {
    const loops = openLoops().map(({ length }) => length);
    const order = this.#begun++;
    const inner: Call[] = [];
    const start = currentPosition();
    this.#open.push(inner);
    try {
      const output = proceed();
      const end = currentPosition();
      const call = { module, order, inner, start, end, outputs: tensorsIn(output), loops };
      this.calls.push(call);
      (this.#open.at(-2) ?? this.outermost).push(call);
      return output;
    } finally {
      this.#open.pop();
    }
  }
}

/** Whether the operation at `position` was written by the call itself. */
export const wrote = ({ start, end, inner }: Call, position: number): boolean =>
  position > start &&
  position <= end &&
  !inner.some((call) => position > call.start && position <= call.end);
