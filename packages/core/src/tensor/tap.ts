import { activeCapture, type Loop, observe, type Tap } from "./capture.js";
import { customOperation } from "./differentiate.js";
import type { Tensor } from "./tensor.js";

// Reading values out of functions that somebody else has written, such as the output of a layer
// inside a compiled step. Who reads is settled while the function is recorded: a Program that nobody
// reads from is the same as if there were no reading.

const eagerLoops: Loop[] = [];

/** The loops whose bodies are being recorded, outermost first. */
export const openLoops = (): Loop[] => activeCapture()?.loops ?? eagerLoops;

/**
 * Hands the value of `tensor` to `receive`: inside `compile` after every run, as a further output of
 * the Program; otherwise at once. In the body of a loop it is the values of all iterations, stacked
 * along a new first axis.
 */
export function tap(tensor: Tensor, receive: (value: Tensor) => void): void {
  const value = tensor.detach();
  const taps = (openLoops().at(-1) ?? activeCapture())?.taps;
  if (taps) taps.push({ value, receive });
  else receive(value);
}

/** Records the body of a loop of `length` iterations; the loop has to stack the values of its taps. */
export function recordBody<R>(length: number, body: () => R): { result: R; taps: readonly Tap[] } {
  const loops = openLoops();
  const loop: Loop = { length, taps: [] };
  loops.push(loop);
  try {
    return { result: body(), taps: loop.taps };
  } finally {
    loops.pop();
  }
}

/**
 * `x`, whose gradient `note` hears of when a backward pass writes it. Not in the body of a loop,
 * where gradients belong to the loop that runs the other way.
 */
export function noteGradient(x: Tensor, note: (gradient: Tensor) => void): Tensor {
  if (!x.requiresGrad || openLoops().length > 0) return x;
  const identity = customOperation({
    name: "noteGradient",
    forward: (value: Tensor) => value,
    backward: (gradient) => {
      note(gradient);
      return [gradient];
    },
  });
  return identity(x);
}

let variants = 0;
const active = new Set<number>();
let activeVariants = "";
const readVariants = (): string => activeVariants;

/**
 * A change of how functions are recorded. Programs are kept for each set of changes that are on: to
 * switch one on compiles anew, once, and to switch it off returns to the Program without it.
 */
export class Variant {
  readonly #number = ++variants;

  get on(): boolean {
    return active.has(this.#number);
  }

  set on(on: boolean) {
    if (on) active.add(this.#number);
    else active.delete(this.#number);
    activeVariants = [...active].sort((a, b) => a - b).join();
  }
}

/** Makes the function that is being recorded one of the variants that are on. */
export const observeVariants = (): string => observe(readVariants);
