import type { Storage } from "../array/index.js";
import { type Check, Node, type StateCell, withTracking } from "../graph/index.js";
import { GradientSlots } from "./slots.js";
import type { Tensor } from "./tensor.js";

interface CapturedCell {
  readonly leaf: Node<"state">;
  /** What the cell holds at this point of the function. */
  current: Node;
  assigned: boolean;
}

/** A value that somebody outside of the function reads after each run. */
export interface Tap {
  readonly value: Tensor;
  readonly receive: (value: Tensor) => void;
}

/** A loop whose body is being recorded. */
export interface Loop {
  readonly length: number;
  readonly taps: Tap[];
}

/** What a function does, recorded while it runs once on placeholders. */
export class Capture {
  readonly cells = new Map<StateCell, CapturedCell>();
  readonly checks: Check[] = [];
  /** What facts outside the graph were when the function first looked at them. */
  readonly guards = new Map<() => unknown, unknown>();
  readonly gradients = new GradientSlots();
  readonly taps: Tap[] = [];
  readonly loops: Loop[] = [];
  /** What is still to be recorded once the function has returned. */
  readonly finishers: (() => void)[] = [];
  /** Random draws so far. */
  draws = 0;

  /** The content of a cell at this point of the function. */
  read(cell: StateCell, tracked: boolean): Node {
    const known = this.#find(cell, tracked);
    // Frozen or thawed in the middle of the function.
    if (known.current.tracked !== tracked) known.current = sameValue(known.current, tracked);
    return known.current;
  }

  #find(cell: StateCell, tracked: boolean): CapturedCell {
    let found = this.cells.get(cell);
    if (!found) {
      const leaf = new Node("state", [], { cell }, tracked);
      found = { leaf, current: leaf, assigned: false };
      this.cells.set(cell, found);
    }
    return found;
  }

  /** From here on the cell holds `value`. */
  assign(cell: StateCell, value: Node, tracked: boolean): Node {
    const captured = this.#find(cell, tracked);
    captured.current = sameValue(value, tracked);
    captured.assigned = true;
    return captured.current;
  }

  updates(): { state: Node<"state">; value: Node }[] {
    // Given another value for a while, and then its own again, a cell has not changed.
    return [...this.cells.values()]
      .filter(({ leaf, current, assigned }) => assigned && undetached(current) !== leaf)
      .map(({ leaf, current }) => ({ state: leaf, value: current }));
  }
}

/** A leaf for gradients that has the value of another node. */
const sameValue = (node: Node, tracked: boolean): Node => new Node("detach", [node], {}, tracked);

/** The node that a detached one has the value of. */
function undetached(node: Node): Node {
  let found = node;
  while (found.is("detach")) found = found.inputs[0] as Node;
  return found;
}

let active: Capture | null = null;

/** The capture in progress, if a compiled function is being recorded. */
export const activeCapture = (): Capture | null => active;

export const isCapturing = (): boolean => active !== null;

/** Runs `fn` while recording into a fresh capture, whatever it is called from. */
export function recordCapture<R>(fn: (capture: Capture) => R): { capture: Capture; result: R } {
  const capture = new Capture();
  const before = active;
  active = capture;
  try {
    return { capture, result: withTracking(() => fn(capture)) };
  } finally {
    active = before;
  }
}

/**
 * The value of `read()`. Inside `compile` it becomes a guard: the compiled Program is used only
 * while `read()` gives the same (compared with `===`) as when it was first called.
 */
export function observe<T>(read: () => T): T {
  const value = read();
  if (active && !active.guards.has(read)) active.guards.set(read, value);
  return value;
}

/** A leaf of the graph that holds `storage`. */
export function leafOf(storage: Storage, shape: readonly number[], tracked = false): Node<"value"> {
  storage.held = true;
  const node = new Node("value", [], { storage, shape }, tracked);
  node.storage = storage;
  return node;
}
