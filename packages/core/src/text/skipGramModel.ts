import { RandomGenerator } from "../array/index.js";
import { binaryCrossEntropyWithLogits } from "../loss/index.js";
import { SGD } from "../optim/index.js";
import { compile, Parameter, type Tensor, tensor } from "../tensor/index.js";

export interface SkipGramSizes {
  readonly features: number;
  readonly negatives: number;
  readonly batchSize: number;
  readonly seed: number;
}

/**
 * The two tables of skip-gram, and pairs that are gathered until they fill a batch. Plain gradient
 * descent on rows that are looked up: a compiled step touches no other row.
 */
export class SkipGramModel {
  readonly #input: Parameter;
  readonly #output: Parameter;
  readonly #optimizer: SGD;
  readonly #step: (centres: Tensor, others: Tensor) => Tensor;
  readonly #centres: Int32Array;
  /** Of each pair the neighbour, then the negatives. */
  readonly #others: Int32Array;
  readonly #sizes: SkipGramSizes;
  /** Words that a centre is compared with: the neighbour and the negatives. */
  readonly #width: number;
  #pairs = 0;
  #loss = 0;
  #learned = 0;

  constructor(words: number, sizes: SkipGramSizes) {
    const { features, negatives, batchSize, seed } = sizes;
    this.#sizes = sizes;
    this.#width = 1 + negatives;
    const generator = new RandomGenerator(seed, "initialization");
    const shape = [words, features];
    const drawn = new Float32Array(words * features);
    this.#input = new Parameter(
      tensor(
        drawn.map(() => (generator.uniform() - 0.5) / features),
        { shape },
      ),
    );
    this.#output = new Parameter(tensor(new Float32Array(words * features), { shape }));
    this.#optimizer = new SGD([this.#input, this.#output]);
    this.#centres = new Int32Array(batchSize);
    this.#others = new Int32Array(batchSize * this.#width);
    const real = Float32Array.from({ length: this.#width }, (_, place) => (place === 0 ? 1 : 0));
    this.#step = compile((centres: Tensor, others: Tensor) => {
      const scores = this.#input
        .take(centres)
        .unsqueeze(1)
        .multiply(this.#output.take(others))
        .sum(2);
      const target = tensor(real).expand(scores.shape);
      const cost = binaryCrossEntropyWithLogits(scores, target, { reduction: "sum" });
      cost.backward();
      this.#optimizer.step();
      return cost;
    });
  }

  set learningRate(value: number) {
    this.#optimizer.learningRate = value;
  }

  /** @param negatives as many as the sizes say, read at once */
  add(centre: number, neighbour: number, negatives: Int32Array): void {
    if (this.#pairs === this.#sizes.batchSize) this.#learn();
    const start = this.#pairs * this.#width;
    this.#centres[this.#pairs++] = centre;
    this.#others[start] = neighbour;
    this.#others.set(negatives, start + 1);
  }

  /** Learns what is gathered, and gives the mean loss of the epoch's pairs; NaN if there were none. */
  endEpoch(): number {
    if (this.#pairs > 0) this.#learn();
    const mean = this.#loss / this.#learned;
    this.#loss = 0;
    this.#learned = 0;
    return mean;
  }

  /** The vectors of the words, (words, features). */
  vectors(): Float32Array {
    return Float32Array.from(this.#input.dataSync());
  }

  #learn(): void {
    const centres = tensor(this.#centres.slice(0, this.#pairs));
    const others = tensor(this.#others.slice(0, this.#pairs * this.#width), {
      shape: [this.#pairs, this.#width],
    });
    this.#loss += this.#step(centres, others).dataSync()[0] as number;
    this.#learned += this.#pairs;
    this.#pairs = 0;
  }
}
