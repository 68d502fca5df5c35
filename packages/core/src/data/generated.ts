import {
  ArgumentError,
  checkSeed,
  cosSin,
  describeValue,
  normalPair,
  RandomGenerator,
  range,
  requireCount,
  requireOptions,
  shuffle,
} from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { TensorDataset } from "./dataset.js";

/** A point without noise, drawn from its class. */
type Draw = (
  label: number,
  classes: number,
  generator: RandomGenerator,
) => readonly [number, number];

interface Shape {
  /** Standard deviation of the normal noise that is added to both coordinates. */
  readonly noise: number;
  readonly classes: number;
  /** Whether another number of classes can be asked for. */
  readonly anyClasses: boolean;
  readonly draw: Draw;
}

const sign = (generator: RandomGenerator): 1 | -1 => (generator.below(2) === 0 ? 1 : -1);

/** The sets by name: what each looks like without noise. */
const shapes = {
  /** A circle of radius 1 (class 0) around one of radius 1/2 (class 1). */
  circles: {
    noise: 0.1,
    classes: 2,
    anyClasses: false,
    draw: (label, _, generator) => {
      const [cos, sin] = cosSin(generator.uniform());
      const radius = label === 0 ? 1 : 0.5;
      return [radius * cos, radius * sin];
    },
  },
  /** Two half circles of radius 1 that reach into each other: the upper (0) and the lower (1). */
  moons: {
    noise: 0.1,
    classes: 2,
    anyClasses: false,
    draw: (label, _, generator) => {
      const [cos, sin] = cosSin(generator.uniform() / 2);
      return label === 0 ? [cos, sin] : [1 - cos, 0.5 - sin];
    },
  },
  /** Arms that wind once and a half around the middle, each turned against the one before. */
  spirals: {
    noise: 0.02,
    classes: 2,
    anyClasses: true,
    draw: (label, classes, generator) => {
      // The root spreads the points evenly along the arm, whose length grows with the square.
      const along = Math.sqrt(generator.uniform());
      const [cos, sin] = cosSin((1.5 * along + label / classes) % 1);
      return [along * cos, along * sin];
    },
  },
  /** The four corners (+-1, +-1): class 0 where the signs are equal, 1 where they differ. */
  xor: {
    noise: 0.3,
    classes: 2,
    anyClasses: false,
    draw: (label, _, generator) => {
      const x = sign(generator);
      return [x, label === 0 ? x : -x];
    },
  },
  /** Normal clouds whose centres stand evenly on a circle of radius 3. */
  blobs: {
    noise: 1,
    classes: 3,
    anyClasses: true,
    draw: (label, classes) => {
      const [cos, sin] = cosSin(label / classes);
      return [3 * cos, 3 * sin];
    },
  },
} satisfies Readonly<Record<string, Shape>>;

export type GeneratedName = keyof typeof shapes;

export interface GeneratedOptions {
  readonly samples: number;
  /**
   * Standard deviation of the normal noise on both coordinates. Default: circles and moons 0.1,
   * spirals 0.02, xor 0.3, blobs 1.
   */
  readonly noise?: number;
  /** Of spirals (default 2) and blobs (default 3); the others have 2. */
  readonly classes?: number;
  /** The same seed gives the same points. Default 0. */
  readonly seed?: number;
}

/** Points (N, 2) as float32, and their classes (N,) as int32. */
export interface GeneratedData {
  readonly dataset: TensorDataset<readonly [Tensor, Tensor]>;
  readonly labels: Int32Array;
}

/**
 * Points of the plane in classes, in random order, that small networks are tried on: "circles",
 * "moons", "spirals", "xor" or "blobs". Classes have the same number of samples, but for one.
 *
 * Circles (the inner of half the radius) and moons are those of scikit-learn's `make_circles` and
 * `make_moons`, at positions drawn at random; spirals come from Lang and Witbrock, "Learning to Tell
 * Two Spirals Apart", 1988, and xor from Minsky and Papert, "Perceptrons", 1969.
 *
 * @throws ArgumentError for another name, or an option out of its range
 */
export function generatedData(name: GeneratedName, options: GeneratedOptions): GeneratedData {
  requireOptions("generatedData", options, ["samples", "noise", "classes", "seed"]);
  if (!Object.hasOwn(shapes, name)) {
    throw new ArgumentError(
      `generatedData: received ${describeValue(name)}, expected one of ` +
        `${Object.keys(shapes).join(", ")}.`,
    );
  }
  const shape: Shape = shapes[name];
  const { samples, noise = shape.noise, classes = shape.classes, seed = 0 } = options;
  requireCount("generatedData", "samples", samples);
  if (typeof noise !== "number" || !Number.isFinite(noise) || noise < 0) {
    throw new ArgumentError(
      `generatedData: received noise ${describeValue(noise)}, expected a number of at least 0.`,
    );
  }
  requireCount("generatedData", "classes", classes);
  if (!shape.anyClasses && classes !== shape.classes) {
    throw new ArgumentError(
      `generatedData: received classes ${classes}, expected ${shape.classes} for ${name}; ` +
        "spirals and blobs have as many as you like.",
    );
  }
  const generator = new RandomGenerator(checkSeed("generatedData", seed), "dataset");
  const labels = shuffle(range(samples), generator).map((position) => position % classes);
  const points = new Float32Array(2 * samples);
  labels.forEach((label, sample) => {
    const [x, y] = shape.draw(label, classes, generator);
    const [dx, dy] = normalPair(generator);
    points[2 * sample] = x + noise * dx;
    points[2 * sample + 1] = y + noise * dy;
  });
  const dataset = new TensorDataset([tensor(points, { shape: [samples, 2] }), tensor(labels)]);
  return { dataset, labels };
}
