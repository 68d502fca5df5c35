import { type MnistPart, nn, RandomGenerator, Subset, type Tensor, TensorDataset } from "versant";

type Samples = readonly [Tensor, Tensor];

/** Digits that a reader tells apart: 0 to 4, or 5 to 9. */
export const halves = { low: 0, high: 5 } as const;
export type Half = keyof typeof halves;

/** Five digits are told apart by a perceptron, from what a body of two convolutions finds of strokes and corners. */
export class DigitReader extends nn.Module {
  readonly body = new nn.Sequential(
    ...[new nn.Conv2d(1, 8, 5, { padding: 2 }), new nn.ReLU(), new nn.MaxPool2d(2)],
    ...[new nn.Conv2d(8, 16, 5), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten()],
  );
  readonly head = new nn.Sequential(new nn.Linear(400, 64), new nn.ReLU(), new nn.Linear(64, 5));

  /** (N, 1, 28, 28) pixels to (N, 5) scores, one for each digit of a half. */
  forward(x: Tensor): Tensor {
    return this.head.forward(this.body.forward(x));
  }
}

/**
 * The images of one half, labelled 0 to 4.
 *
 * @param perDigit so many of each, which the seed chooses. Default: all
 */
export function digitsOf(
  { images, labels }: MnistPart,
  half: Half,
  perDigit = Number.POSITIVE_INFINITY,
  seed = 0,
): Subset<Samples> {
  const first = halves[half];
  const all = new TensorDataset<Samples>([images, labels], {
    transform: (images, labels) => [
      images.reshape([-1, 1, 28, 28]).cast("float32").sub(33).div(79),
      labels.cast("int32").sub(first),
    ],
  });
  const classes = [...labels.dataSync()];
  const generator = new RandomGenerator(seed, "dataset");
  const chosen = [0, 1, 2, 3, 4].flatMap((digit) => {
    const own = [...classes.keys()].filter((sample) => classes[sample] === first + digit);
    if (own.length <= perDigit) return own;
    return Array.from(
      { length: perDigit },
      () => own.splice(generator.below(own.length), 1)[0] ?? 0,
    );
  });
  return new Subset<Samples>(all, chosen);
}

/** A mean over several seeds, with the 95 % interval of Student's t. */
export function meanOf(values: readonly number[]): { mean: number; low: number; high: number } {
  const { length } = values;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (length - 1);
  const reach = studentQuantile(length - 1) * Math.sqrt(variance / length);
  return { mean, low: mean - reach, high: mean + reach };
}

/**
 * Below it lie 97.5 % of Student's t with so many degrees of freedom; 0.01 too little at 3, closer above.
 * Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 26.7.5.
 */
function studentQuantile(freedom: number): number {
  const z = 1.959964;
  const terms = [
    z,
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return terms.reduce((sum, term, power) => sum + term / freedom ** power, 0);
}
