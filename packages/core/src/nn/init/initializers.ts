import {
  ArgumentError,
  checkShape,
  describeValue,
  formatShape,
  normalPair,
  RandomGenerator,
  requireFinite,
  requireFloatDType,
  requireOptions,
  type Shape,
  sizeOf,
} from "../../array/index.js";
import { newTensor } from "../../tensor/create.js";
import { nextSeed, type Tensor } from "../../tensor/index.js";
import { requireFans } from "./check.js";

/** How many inputs an output of the layer sums over, and how many outputs an input feeds. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Fills the elements of a parameter, row-major; a pure function of the generator's seed. It draws in
 * double precision, and what it writes is rounded to the parameter's dtype.
 */
export type Initializer = (
  values: Float32Array | Float64Array,
  shape: Shape,
  fans: Fans,
  generator: RandomGenerator,
) => void;

function uniformWithin(bound: (fans: Fans) => number, middle = 0): Initializer {
  return (values, _shape, fans, generator) => {
    const limit = bound(fans);
    for (let index = 0; index < values.length; index++) {
      values[index] = middle + limit * (2 * generator.uniform() - 1);
    }
  };
}

function normalWith(deviation: (fans: Fans) => number): Initializer {
  return (values, _shape, fans, generator) => {
    const scale = deviation(fans);
    for (let index = 0; index < values.length; index += 2) {
      // A typed array ignores what is written past its end: the second half of the last pair.
      const [first, second] = normalPair(generator);
      values[index] = scale * first;
      values[index + 1] = scale * second;
    }
  };
}

const xavierVariance = ({ fanIn, fanOut }: Fans): number => 2 / (fanIn + fanOut);

const heVariance = ({ fanIn }: Fans, negativeSlope: number): number =>
  2 / ((1 + negativeSlope * negativeSlope) * fanIn);

function slopeOf(name: string, options: HeOptions): number {
  requireOptions(name, options, ["negativeSlope"]);
  const { negativeSlope = 0 } = options;
  requireFinite(name, "negativeSlope", negativeSlope);
  return negativeSlope;
}

/**
 * U(-b, b) with b = sqrt(6 / (fanIn + fanOut)), which keeps the variance of activations and of
 * gradients through layers that are linear around 0, such as tanh.
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
 * AISTATS 2010, equation 16.
 */
export const xavierUniform = (): Initializer =>
  uniformWithin((fans) => Math.sqrt(3 * xavierVariance(fans)));

/** N(0, 2 / (fanIn + fanOut)): the variance of `xavierUniform` (Glorot and Bengio 2010). */
export const xavierNormal = (): Initializer =>
  normalWith((fans) => Math.sqrt(xavierVariance(fans)));

export interface HeOptions {
  /** Slope of the following activation below 0: 0 for ReLU, 0.01 for LeakyReLU. Default 0. */
  readonly negativeSlope?: number;
}

/**
 * U(-b, b) with b = sqrt(6 / ((1 + negativeSlope^2) fanIn)), which keeps the variance of
 * activations through layers followed by a ReLU.
 * He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", ICCV 2015, equation 14.
 *
 * @throws ArgumentError for an unknown option, and a slope that is not finite
 */
export function heUniform(options: HeOptions = {}): Initializer {
  const slope = slopeOf("heUniform", options);
  return uniformWithin((fans) => Math.sqrt(3 * heVariance(fans, slope)));
}

/**
 * N(0, 2 / ((1 + negativeSlope^2) fanIn)): the variance of `heUniform` (He et al. 2015).
 *
 * @throws ArgumentError for an unknown option, and a slope that is not finite
 */
export function heNormal(options: HeOptions = {}): Initializer {
  const slope = slopeOf("heNormal", options);
  return normalWith((fans) => Math.sqrt(heVariance(fans, slope)));
}

/** U(-b, b) with b = 1 / sqrt(fanIn): what PyTorch gives linear and convolutional layers. */
export const torchDefault = (): Initializer => uniformWithin(({ fanIn }) => 1 / Math.sqrt(fanIn));

/**
 * U(low, high), whatever the fans.
 *
 * @param low default 0
 * @param high default 1
 * @throws ArgumentError for bounds that are not finite, or in the wrong order
 */
export function uniform(low = 0, high = 1): Initializer {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new ArgumentError(
      `uniform: received bounds ${describeValue(low)} and ${describeValue(high)}, expected finite ` +
        "numbers, the lower first.",
    );
  }
  return uniformWithin(() => (high - low) / 2, (low + high) / 2);
}

/**
 * N(0, deviation^2), whatever the fans.
 *
 * @param deviation standard deviation. Default 1
 * @throws ArgumentError for one that is negative or not finite
 */
export function normal(deviation = 1): Initializer {
  if (!(Number.isFinite(deviation) && deviation >= 0)) {
    throw new ArgumentError(
      `normal: received deviation ${describeValue(deviation)}, expected a finite number of at ` +
        "least 0.",
    );
  }
  return normalWith(() => deviation);
}

/** @throws ArgumentError for a value that is not finite */
export function constant(value: number): Initializer {
  requireFinite("constant", "value", value);
  return (values) => values.fill(value);
}

export const zeros = (): Initializer => constant(0);

/** The fans of a weight (out, in, ...positions): each position counts as an input of its own. */
export function fansOf(shape: Shape): Fans {
  checkShape("initializer", shape);
  const [outputs, inputs, ...positions] = shape;
  if (outputs === undefined || inputs === undefined) {
    throw new ArgumentError(
      `initializer: received shape ${formatShape(shape)}, expected a weight (out, in, ...); only ` +
        "weights have fans, so give those of the layer as the third argument.",
    );
  }
  const receptive = sizeOf(positions);
  return { fanIn: inputs * receptive, fanOut: outputs * receptive };
}

/**
 * A tensor of initial values, drawn on the host, so that they do not depend on the device.
 * `manualSeed` makes them repeatable.
 *
 * @param fans default: those of a weight (out, in, ...)
 * @param caller what errors call the one whose values they are, such as "Linear(4, 3)"
 * @throws ArgumentError for what is no initializer, draws other elements than finite numbers, or
 *   lacks its fans; ShapeError for a shape that is none
 */
export function initialValues(
  initializer: Initializer,
  shape: Shape,
  fans?: Fans,
  dtype: "float32" | "float64" = "float32",
  caller = "initializer",
): Tensor {
  checkShape(caller, shape);
  requireFloatDType(caller, dtype);
  const checked = fans === undefined ? fansOf(shape) : requireFans(caller, fans);
  if (typeof initializer !== "function") {
    throw new ArgumentError(
      `${caller}: received ${describeValue(initializer)} as the initializer, expected one such as ` +
        "nn.init.heUniform(), with its parentheses.",
    );
  }
  const generator = new RandomGenerator(nextSeed(), "initialization");
  const size = sizeOf(shape);
  const values = dtype === "float32" ? new Float32Array(size) : new Float64Array(size);
  const returned: unknown = initializer(values, shape, checked, generator);
  if (returned !== undefined && returned !== values) {
    const mend =
      typeof returned === "function"
        ? "call it, as in nn.init.heUniform()"
        : "write the elements into the array it is given";
    throw new ArgumentError(
      `${caller}: received ${describeValue(returned)} from the initializer, expected it to return ` +
        `nothing; ${mend}.`,
    );
  }
  for (const value of values) {
    if (Number.isFinite(value)) continue;
    throw new ArgumentError(
      `${caller}: received ${value} from the initializer, expected finite numbers.`,
    );
  }
  return newTensor(values, shape);
}
