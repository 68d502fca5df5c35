import {
  ArgumentError,
  describeValue,
  requireFlag,
  requireInstance,
  requireList,
  requireOptions,
  type Shape,
  VersantError,
} from "../array/index.js";
import { defaultDevice, devices, useDevice } from "../device/index.js";
import { type AnyModule, Module } from "../nn/index.js";
import { randomState, restoreRandomState, Tensor } from "../tensor/index.js";
import { encode } from "./encoded.js";
import { type Aspect, checkGradients, compareWithFixture } from "./layer/compare.js";
import type { LayerFixture } from "./layer/fixture.js";
import { checkPortable } from "./layer/portable.js";
import { recordFixture } from "./layer/record.js";
import { checkRefusal, type Refusal } from "./layer/refusal.js";
import { checkStateDict } from "./layer/roundTrip.js";
import type { FloatDType, Subject } from "./layer/run.js";

interface LayerSubject<L> {
  /** A new layer in `dtype`, float32 or float64, which it hands on to every part with parameters. */
  make(dtype: FloatDType): L;
  /**
   * How the layer is used, where that is not `layer.forward(...inputs)` with a tensor as its result:
   * options to give, one of several results to pick, results to concatenate.
   */
  call?(layer: L, ...inputs: Tensor[]): Tensor;
  /**
   * Compare gradients with differences. Default true; false for a layer that stops a gradient on
   * purpose.
   */
  readonly gradcheck?: boolean;
  /**
   * Trace it as a `GraphModel`. Default true; false for a layer that draws random numbers in evaluation
   * mode too.
   */
  readonly portable?: boolean;
  /** Calls that must be refused. Default none. */
  readonly refuses?: readonly Refusal<L>[];
}

/** A layer that is compared with itself on the reference device. */
export interface LayerByExample<L> extends LayerSubject<L> {
  /** Floating ones are converted to the dtype of the layer. Keep them small. */
  readonly inputs: readonly Tensor[];
  readonly outputShape: Shape;
  /** Check in evaluation mode, as for a layer with dropout or batch statistics. Default false. */
  readonly evaluation?: boolean;
}

/** A layer that is compared with what another program computed. */
export interface LayerByFixture<L> extends LayerSubject<L> {
  readonly fixture: LayerFixture;
}

export type LayerCheck<L> = LayerByExample<L> | LayerByFixture<L>;

/**
 * Checks everything that a layer promises, in one call:
 *
 * ```ts
 * test("Highway", () =>
 *   checkLayer({
 *     make: (dtype) => new Highway(3, { dtype }),
 *     inputs: [tensor([[0.5, -1, 2], [1, 0.25, -0.75]])],
 *     outputShape: [2, 3],
 *     refuses: [
 *       { call: (layer) => layer.forward(ones([2, 7])), error: ShapeError, message: "(2, 7)" },
 *     ],
 *   }));
 * ```
 *
 * - **Output**: shape and dtype are those expected.
 * - **Gradients** of every floating input and every parameter agree with central differences in
 *   float64 (`gradcheck`), each element moved a little from where it was given, off the kinks and
 *   ties that round numbers stand at.
 * - **Devices**: on each that is available, eager and compiled, the layer gives the same output, the
 *   same gradients, and in ten steps of gradient descent the same losses and final states, as the
 *   fixture; without one, as itself in float64 on the reference device. Ten steps need one Program.
 * - **State**: after training steps, `stateDict()` loaded into a layer from another seed makes it
 *   give the same output, bit for bit, in both modes.
 * - **GraphModel**: traced, written as JSON and read again, it gives the same output in evaluation mode, bit
 *   for bit.
 * - **Refusals**: bad calls throw the error stated, and its message names the layer with its path.
 *
 * Random draws of the layer are the same in every run; the caller's stream of draws and device are
 * put back at the end.
 *
 * @throws VersantError naming the layer and what of it failed: `checkLayer: Highway: gradcheck of
 *   gate.weight: …`
 */
export async function checkLayer<L extends AnyModule>(check: LayerCheck<L>): Promise<void> {
  requireCheck(check);
  const { name: device } = defaultDevice();
  const draws = randomState();
  try {
    await useDevice("reference");
    const layer: unknown = check.make("float64");
    requireInstance("checkLayer", "the result of make", layer, Module);
    const name = String(layer);
    const aspect: Aspect = (what, body) => inAspect(`${name}: ${what}`, body);

    const subject = subjectOf(check);
    const fixture =
      "fixture" in check
        ? check.fixture
        : aspect("float64 on reference", () => recordFixture(subject, check.evaluation ?? false));
    if (check.gradcheck ?? true) checkGradients(subject, fixture, aspect);
    for (const { name: each, device: available } of await devices()) {
      if (!available) continue;
      await useDevice(each);
      const dtype = each === "reference" ? "float64" : "float32";
      for (const mode of ["eager", "compiled"] as const) {
        compareWithFixture(subject, fixture, { dtype, mode }, (what, body) =>
          aspect(`${what}, ${dtype} on ${each}, ${mode}`, body),
        );
      }
    }
    await useDevice(device);
    aspect("state dict", () => checkStateDict(subject));
    if (check.portable ?? true) aspect("GraphModel", () => checkPortable(subject));
    for (const refusal of check.refuses ?? []) {
      aspect("refusals", () => checkRefusal(subject.make("float32"), refusal));
    }
  } finally {
    restoreRandomState(draws);
    await useDevice(device);
  }
}

/** @throws ArgumentError when a field is missing, unknown, or not what it has to be */
function requireCheck(check: unknown): void {
  const shared = ["make", "call", "gradcheck", "portable", "refuses"];
  const byExample = ["inputs", "outputShape", "evaluation"];
  const hasFixture = typeof check === "object" && check !== null && "fixture" in check;
  const names = [...shared, ...(hasFixture ? ["fixture"] : byExample)];
  requireOptions("checkLayer", check, names, "the check");
  const given = check as Readonly<Record<string, unknown>>;
  const { call, gradcheck = true, portable = true, refuses = [], evaluation = false } = given;
  requireInstance("checkLayer", "make", given.make, Function);
  if (call !== undefined) requireInstance("checkLayer", "call", call, Function);
  requireFlag("checkLayer", "gradcheck", gradcheck);
  requireFlag("checkLayer", "portable", portable);
  requireFlag("checkLayer", "evaluation", evaluation);
  requireList("checkLayer", "refuses", refuses, Object);
  if (hasFixture) requireFixture(given.fixture);
  else {
    requireList("checkLayer", "inputs", given.inputs, Tensor);
    requireInstance("checkLayer", "outputShape", given.outputShape, Array);
  }
}

function requireFixture(fixture: unknown): void {
  const { states, inputs, output } = Object(fixture) as Partial<LayerFixture>;
  if (states && Array.isArray(inputs) && output) return;
  throw new ArgumentError(
    `checkLayer: received ${describeValue(fixture)} as the fixture, expected an object with states, ` +
      "a list of inputs, and output.",
  );
}

/** Runs a part of the check; an error says which. */
function inAspect<R>(what: string, body: () => R): R {
  try {
    return body();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new VersantError(`checkLayer: ${what}: ${message}`, { cause: error });
  }
}

function subjectOf<L extends AnyModule>(check: LayerCheck<L>): Subject<L> {
  const { make, call = forward } = check;
  if ("fixture" in check) {
    const { inputs, output } = check.fixture;
    return { make, call, inputs, outputShape: output.shape };
  }
  return { make, call, inputs: check.inputs.map(encode), outputShape: check.outputShape };
}

const forward = (layer: AnyModule, ...inputs: Tensor[]): Tensor =>
  (layer as Module<Tensor[]>).forward(...inputs);
