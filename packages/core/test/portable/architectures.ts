import {
  concatenate,
  nn,
  RandomGenerator,
  type Tensor,
  type TraceOptions,
  tensor,
} from "@versant/core";

/** Numbers from -1 to 1 that depend on the shape and the seed alone. */
export function numbers(shape: readonly number[], seed = 1): Tensor {
  const generator = new RandomGenerator(seed, "dataset");
  const length = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Float32Array.from({ length }, () => 2 * generator.uniform() - 1),
    { shape },
  );
}

/** Indices below `count`. */
export const indices = (
  shape: readonly number[],
  count: number,
  dtype: "int32" | "uint8" = "int32",
): Tensor =>
  numbers(shape)
    .add(1)
    .mul(count / 2)
    .floor()
    .minimum(count - 1)
    .cast(dtype);

export interface Architecture {
  readonly name: string;
  make(): nn.Module<Tensor[]>;
  /** Inputs for these sizes. */
  inputs(samples: number, steps: number): Tensor[];
  readonly options?: TraceOptions;
}

const overTime: TraceOptions = { axes: [["N", "T"]] };

class Perceptron extends nn.Module {
  readonly hidden = [new nn.Linear(8, 6), new nn.Linear(6, 6)];
  readonly output = new nn.Linear(6, 3);
  forward(x: Tensor): Tensor {
    for (const layer of this.hidden) x = layer.forward(x).relu();
    return this.output.forward(x);
  }
}

class Bag extends nn.Module {
  readonly words = new nn.EmbeddingBag(40, 5, { paddingIndex: 0 });
  readonly output = new nn.Linear(5, 1);
  forward(x: Tensor): Tensor {
    return this.output.forward(this.words.forward(x)).squeeze(1);
  }
}

class Recurrent extends nn.Module {
  readonly output: nn.Linear;
  constructor(
    readonly layer: nn.LSTM | nn.GRU | nn.RNN,
    readonly width: number,
  ) {
    super();
    this.output = new nn.Linear(width, 2);
  }
  forward(x: Tensor): Tensor {
    return this.output.forward(this.layer.forward(x).output);
  }
}

class Attention extends nn.Module {
  readonly words = new nn.Embedding(40, 8);
  readonly positions = new nn.PositionalEmbedding(16, 8);
  readonly encoder = new nn.TransformerEncoderLayer(8, 2, { feedForward: 16 });
  readonly output = new nn.Linear(8, 4);
  forward(x: Tensor): Tensor {
    const encoded = this.encoder.forward(this.positions.forward(this.words.forward(x)), {
      causal: true,
    });
    return this.output.forward(encoded.mean(1));
  }
}

class TwoInputs extends nn.Module<Tensor[]> {
  readonly left = new nn.Linear(4, 3);
  readonly right = new nn.Embedding(7, 3);
  readonly output = new nn.Linear(6, 2);
  forward(...[x, kind]: Tensor[]): Tensor {
    const parts = [this.left.forward(x as Tensor).tanh(), this.right.forward(kind as Tensor)];
    return this.output.forward(concatenate(parts, 1)).softmax(1);
  }
}

export const architectures: readonly Architecture[] = [
  { name: "perceptron", make: () => new Perceptron(), inputs: (n) => [numbers([n, 8])] },
  {
    name: "convolution, batch norm, pooling",
    make: () =>
      new nn.Sequential(
        new nn.Conv2d(1, 4, 3, { padding: 1 }),
        new nn.BatchNorm2d(4),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Dropout(0.5),
        new nn.Flatten(),
        new nn.Linear(4 * 3 * 3, 5),
      ) as nn.Module<Tensor[]>,
    inputs: (n) => [numbers([n, 1, 6, 6])],
  },
  {
    name: "bag of words",
    make: () => new Bag(),
    inputs: (n, t) => [indices([n, t], 40)],
    options: overTime,
  },
  {
    name: "LSTM",
    make: () => new Recurrent(new nn.LSTM(3, 4), 4),
    inputs: (n, t) => [numbers([n, t, 3])],
    options: overTime,
  },
  {
    name: "GRU both ways",
    make: () => new Recurrent(new nn.GRU(3, 4, { layers: 2, bidirectional: true }), 8),
    inputs: (n, t) => [numbers([n, t, 3])],
    options: overTime,
  },
  {
    name: "attention",
    make: () => new Attention(),
    inputs: (n, t) => [indices([n, t], 40)],
    options: overTime,
  },
  {
    name: "two inputs",
    make: () => new TwoInputs() as nn.Module<Tensor[]>,
    inputs: (n) => [numbers([n, 4]), indices([n], 7, "uint8")],
  },
];
