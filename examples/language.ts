// A small Transformer reads nine tenths of "Moby-Dick" character by character, and then says which one
// comes next in the last twentieth: better than the best model that counts.
//   versant train examples/language.ts
import { experiment, input, int, loss, nn, optim, output, real, type Tensor } from "versant";
import { mobyDick, Windows } from "./support/book.js";
import { bestNgram } from "./support/ngram.js";
import { perplexity, write } from "./support/reading.js";

/** Characters that the convolution sees: the one at hand and those just before it. */
const neighbourhood = 8;

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

export default experiment({
  name: "language",
  about: "a causal Transformer reads Moby-Dick character by character",
  hyperparameters: {
    context: int(128, { min: 8, max: 1024, about: "characters that a prediction sees" }),
    layers: int(4, { min: 1, max: 16, about: "layers of attention" }),
    width: int(128, { min: 8, max: 1024, about: "features of a position" }),
    heads: int(4, { min: 1, max: 32, about: "heads that share them" }),
    dropout: real(0, { min: 0, max: 0.9, about: "share to drop while training" }),
    learningRate: real(2e-3, { min: 1e-5, max: 0.1, scale: "log", about: "largest rate of AdamW" }),
    epochs: int(2, { min: 1, max: 1000, about: "passes over the windows" }),
    batchSize: int(8, { min: 1, max: 1000, about: "windows a step" }),
  },
  setup: ({ hyperparameters: hp }) => {
    const { alphabet, text } = mobyDick();
    const symbols = alphabet.length;
    // To learn from: nine tenths of the book. To choose by: half of the rest. Then the test.
    const learnt = Math.floor(0.9 * text.length);
    const chosen = Math.floor(0.95 * text.length);
    const { context } = hp;
    const train = new Windows(text.subarray(0, learnt), context, Math.ceil(context / 4));
    const updates = hp.epochs * Math.ceil(train.length / hp.batchSize);
    const falling = optim.schedule.cosine({ length: updates, minimum: 0.02 });
    const model = new Reader({ symbols, ...hp });
    return {
      data: {
        train,
        validation: new Windows(text.subarray(learnt, chosen), context, context),
        test: new Windows(text.subarray(chosen), context, context),
      },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.AdamW(model.parameters(), {
        learningRate: hp.learningRate,
        beta2: 0.99,
        weightDecay: 0.1,
      }),
      schedule: { perStep: optim.schedule.warmUp({ length: 100, next: falling }) },
      // Nothing that stands behind a character changes what is said of it, whatever it is filled up with.
      signature: {
        input: input.text({ characters: {}, vocabulary: alphabet, length: context, padding: 0 }),
        output: output.positions(alphabet),
      },

      async inspect({ trainer }) {
        // Windows overlap by half, so that every character of the test is predicted once, from half a
        // context before it at least.
        const half = Math.floor(context / 2);
        const windows = new Windows(text.subarray(chosen - (context - half) - 1), context, half);
        const transformer = await perplexity(trainer, windows);

        const end = chosen + windows.length * half;
        const counting = bestNgram(text, { symbols, learnt, chosen });
        const ngram = counting.perplexity(text, chosen, end);

        const prompt = text.subarray(chosen - context, chosen);
        const written = await write(trainer, prompt, 400);
        const sample = written.map((symbol) => alphabet[symbol]).join("");
        return {
          lines: [
            `perplexity of ${end - chosen} characters never seen`,
            `Transformer       ${transformer.toFixed(3)}`,
            `${counting.order}-gram            ${ngram.toFixed(3)} (Kneser-Ney; the best order up to 8)`,
            "the Transformer goes on where the test begins:",
            ...sample.split("\n"),
          ],
          report: {
            perplexity: { transformer, ngram, order: counting.order },
            characters: end - chosen,
            sample,
          },
        };
      },
    };
  },
});
