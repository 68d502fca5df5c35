import { VersantError } from "../../array/index.js";
import { type AnyModule, Module } from "../../nn/index.js";
import { labelOf } from "../../nn/path.js";

/** A call that a layer has to refuse. */
export interface Refusal<L> {
  /** The call, with a layer that stands in a model: `(layer) => layer.forward(ones([2, 7]))`. */
  call(layer: L): unknown;
  readonly error: abstract new (...args: never[]) => VersantError;
  /** A part of the message. */
  readonly message: string;
}

/** Gives the layer a path, which errors have to name. */
class Model extends Module<never, never> {
  constructor(readonly checked: AnyModule) {
    super();
  }

  forward(): never {
    throw new VersantError("it only holds the layer.");
  }
}

export function checkRefusal<L extends AnyModule>(
  layer: L,
  { call, error: expected, message }: Refusal<L>,
): void {
  const model = new Model(layer);
  const described = `${expected.name} with "${message}"`;
  let error: unknown;
  try {
    call(layer);
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) throw new VersantError(`nothing was thrown, expected ${described}.`);
  const received = `received ${error}`;
  if (!(error instanceof expected) || !error.message.includes(message)) {
    throw new VersantError(`${received}, expected ${described}.`, { cause: error });
  }
  // It may be a part of the layer that refuses.
  const labels = model.checked.modules().map(labelOf);
  if (labels.some((label) => error.message.includes(label))) return;
  throw new VersantError(
    `${received}, expected it to name ${labels[0]}; begin the message with labelOf(this), as ` +
      "requireInput does.",
    { cause: error },
  );
}
