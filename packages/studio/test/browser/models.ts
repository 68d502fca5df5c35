import {
  experiment,
  input,
  loss,
  nn,
  optim,
  output,
  RandomGenerator,
  type Tensor,
  TensorDataset,
  tensor,
  text,
} from "versant";

const size = 28;

/** How far a point is from a ring and from an upright bar, in pixels of a centred image. */
const distances = [
  (x: number, y: number) => Math.abs(Math.hypot(x, y) - 8),
  (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y) - 9),
] as const;

/** The bytes of a 0 or a 1, as thick as drawn. */
export function digit(label: 0 | 1, thick: number): Uint8Array {
  return Uint8Array.from({ length: size * size }, (_, place) => {
    const [x, y] = [(place % size) - size / 2 + 0.5, Math.floor(place / size) - size / 2 + 0.5];
    return distances[label](x, y) < thick ? 255 : 0;
  });
}

class Digits extends nn.Module {
  readonly output = new nn.Linear(size * size, 2);

  forward(images: Tensor): Tensor {
    return this.output.forward(images.cast("float32").div(255));
  }
}

/** Tells a 0 from a 1. */
export const digits = experiment({
  name: "digits",
  hyperparameters: {},
  setup: () => {
    const count = 40;
    const pixels = new Uint8Array(count * size * size);
    for (let index = 0; index < count; index++) {
      pixels.set(digit((index % 2) as 0 | 1, 1 + index / 20), index * size * size);
    }
    const labels = tensor(Int32Array.from({ length: count }, (_, index) => index % 2));
    const images = tensor(pixels, { shape: [count, size * size], dtype: "uint8" });
    const model = new Digits();
    return {
      data: { train: new TensorDataset([images, labels]) },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.SGD(model.parameters(), { learningRate: 0.1 }),
      signature: {
        input: input.image({ width: size, height: size }),
        output: output.classes(["zero", "one"]),
      },
    };
  },
});

const length = 6;
const lines = ["win money now", "free money win", "lunch at noon", "see you at home"];

class Messages extends nn.Module {
  readonly words: nn.Embedding;
  readonly output = new nn.Linear(4, 1);

  constructor(vocabulary: number) {
    super();
    this.words = new nn.Embedding(vocabulary, 4);
  }

  forward(tokens: Tensor): Tensor {
    return this.output.forward(this.words.forward(tokens).mean(1));
  }
}

/** Tells junk from mail. */
export const messages = experiment({
  name: "messages",
  hyperparameters: {},
  setup: ({ seed }) => {
    const cut = text.words();
    const vocabulary = text.Vocabulary.fit(lines.map(cut));
    const random = new RandomGenerator(seed, "dataset");
    const count = 32;
    const tokens = new Int32Array(count * length).fill(vocabulary.paddingIndex ?? 0);
    const labels = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      const line = Math.floor(random.uniform() * lines.length);
      tokens.set(vocabulary.encode(cut(lines[line] ?? "")), index * length);
      labels[index] = line < 2 ? 1 : 0;
    }
    const model = new Messages(vocabulary.size);
    return {
      data: {
        train: new TensorDataset([
          tensor(tokens, { shape: [count, length], dtype: "int32" }),
          tensor(labels, { shape: [count, 1] }),
        ]),
      },
      model,
      loss: loss.binaryCrossEntropyWithLogits,
      optimizer: new optim.Adam(model.parameters(), { learningRate: 0.2 }),
      signature: {
        input: input.text({ words: {}, vocabulary, length }),
        output: output.classes(["mail", "junk"]),
      },
    };
  },
});
