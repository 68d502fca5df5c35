import type { Storage } from "../array/index.js";
import { type Check, Node, type StateCell } from "../graph/index.js";
import { GradientSlots } from "./slots.js";

interface CapturedCell {
  readonly leaf: Node<"state">;
  /** What the cell holds at this point of the function. */
  current: Node;
}

/** A fact outside the graph that a captured function looked at; another value needs a new capture. */
export interface Guard {
  readonly read: () => unknown;
  readonly value: unknown;
}

/** What a function does, recorded while it runs once on placeholders. */
export class Capture {
  readonly cells = new Map<StateCell, CapturedCell>();
  readonly checks: Check[] = [];
  readonly guards: Guard[] = [];
  readonly gradients = new GradientSlots();
  /** Random draws so far. */
  draws = 0;

  /** The content of a cell at this point of the function. */
  read(cell: StateCell, tracked: boolean): Node {
    const known = this.cells.get(cell);
    if (known) return known.current;
    const leaf = new Node("state", [], { cell }, tracked);
    this.cells.set(cell, { leaf, current: leaf });
    return leaf;
  }

  /** From here on the cell holds `value`. */
  assign(cell: StateCell, value: Node, tracked: boolean): Node {
    this.read(cell, tracked);
    const captured = this.cells.get(cell) as CapturedCell;
    captured.current = new Node("detach", [value], {}, tracked);
    return captured.current;
  }

  updates(): { state: Node<"state">; value: Node }[] {
    return [...this.cells.values()]
      .filter(({ leaf, current }) => current !== leaf)
      .map(({ leaf, current }) => ({ state: leaf, value: current }));
  }
}

let active: Capture | null = null;

/** The capture in progress, if a compiled function is being recorded. */
export const activeCapture = (): Capture | null => active;

export const isCapturing = (): boolean => active !== null;

/** Runs `fn` while recording into a fresh capture. */
export function recordCapture<R>(fn: () => R): { capture: Capture; result: R } {
  const capture = new Capture();
  active = capture;
  try {
    return { capture, result: fn() };
  } finally {
    active = null;
  }
}

/**
 * The value of `read()`. Inside `compile` it becomes a guard: the compiled Program is used only
 * while `read()` gives the same (compared with `===`).
 */
export function observe<T>(read: () => T): T {
  const value = read();
  active?.guards.push({ read, value });
  return value;
}

/** A leaf of the graph that holds `storage`. */
export function leafOf(storage: Storage, shape: readonly number[], tracked = false): Node<"value"> {
  storage.held = true;
  const node = new Node("value", [], { storage, shape }, tracked);
  node.storage = storage;
  return node;
}
