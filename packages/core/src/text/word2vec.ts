import {
  ArgumentError,
  checkSeed,
  describeValue,
  giveTurn,
  isTurnDue,
  RandomGenerator,
  range,
  requireCount,
  requireInstance,
  requireOptions,
  shuffle,
} from "../array/index.js";
import { drawNegative, keptShares, negativesTable, skipGrams } from "./skipGram.js";
import { SkipGramModel } from "./skipGramModel.js";
import { Vocabulary } from "./vocabulary.js";
import { WordVectors } from "./wordVectors.js";

export interface Word2VecOptions {
  /** Numbers of a vector. Default 100. */
  readonly features?: number;
  /** Words to either side that a centre is paired with, at most. Default 5. */
  readonly window?: number;
  /** Words drawn at random that each pair is told from. Default 5. */
  readonly negatives?: number;
  /** Words that occur less often have no vector. Default 5. */
  readonly minimumCount?: number;
  /** Words with a larger share of the text are dropped at times. Default 1e-3. */
  readonly subsampling?: number;
  /** Passes over the sentences. Default 5. */
  readonly epochs?: number;
  /** Pairs a step; the updates of a step are added up. Default 64. */
  readonly batchSize?: number;
  /** At the start; it falls to a hundredth in a straight line. Default 0.025. */
  readonly learningRate?: number;
  /** Decides initial vectors, order, windows and negatives. Default 0. */
  readonly seed?: number;
}

export interface Word2VecResult {
  readonly vectors: WordVectors;
  readonly vocabulary: Vocabulary;
  /** The mean loss of a pair in each epoch; NaN for one in which subsampling left no pair. */
  readonly losses: readonly number[];
}

const optionNames = [
  "features",
  "window",
  "negatives",
  "minimumCount",
  "subsampling",
  "epochs",
  "batchSize",
  "learningRate",
  "seed",
];

/**
 * Vectors of words from the company they keep: skip-gram with negative sampling. Mikolov, Sutskever,
 * Chen, Corrado and Dean, "Distributed Representations of Words and Phrases and their Compositionality",
 * NeurIPS 2013. For a word with vector v and a neighbour with output vector u the loss is
 * -log sigmoid(u v) - sum_k log sigmoid(-u_k v), over negatives k drawn with probabilities proportional
 * to count^0.75.
 *
 * @param sentences each as a list of tokens; windows do not reach beyond one
 * @throws ArgumentError when an option is out of its range, fewer than two words are frequent enough,
 *   there is no pair to learn from, or vectors are not finite
 */
export async function word2vec(
  sentences: readonly (readonly string[])[],
  options: Word2VecOptions = {},
): Promise<Word2VecResult> {
  const settings = checkOptions(options);
  const { window, epochs, seed, negatives } = settings;
  requireInstance("word2vec", "the sentences", sentences, Array, "each a list of tokens");
  const vocabulary = Vocabulary.fit(sentences, {
    minimumCount: settings.minimumCount,
    special: { padding: null, unknown: null },
  });
  if (vocabulary.size < 2) {
    throw new ArgumentError(
      `word2vec: ${vocabulary.size} word occurs ${settings.minimumCount} times, expected two or more ` +
        "such words; lower minimumCount.",
    );
  }
  const texts = sentences.map((words) =>
    vocabulary.encode(words.filter((word) => vocabulary.has(word))),
  );
  const kept = keptShares(vocabulary.counts, settings.subsampling);
  const table = negativesTable(vocabulary.counts);
  const model = new SkipGramModel(vocabulary.size, settings);
  const drawn = new Int32Array(negatives);
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const generator = new RandomGenerator(seed, "dataset", epoch);
    const order = shuffle(range(texts.length), new RandomGenerator(seed, "shuffle", epoch));
    let done = 0;
    for (const index of order) {
      model.learningRate = rateAt(settings, (epoch + done++ / order.length) / epochs);
      skipGrams(texts[index] as Int32Array, window, kept, generator, (centre, neighbour) => {
        for (let k = 0; k < negatives; k++) drawn[k] = drawNegative(table, neighbour, generator);
        model.add(centre, neighbour, drawn);
      });
      if (isTurnDue()) await giveTurn();
    }
    losses.push(model.endEpoch());
    requireFiniteVectors(model.vectors(), epoch + 1, settings.learningRate);
  }
  requirePairs(losses, texts.length);
  const vectors = new WordVectors(vocabulary.tokens, model.vectors());
  return { vectors, vocabulary, losses };
}

function requireFiniteVectors(vectors: Float32Array, epoch: number, learningRate: number): void {
  if (vectors.every(Number.isFinite)) return;
  throw new ArgumentError(
    `word2vec: a vector is not finite after epoch ${epoch} at learningRate ${learningRate}, expected ` +
      "finite numbers; lower learningRate.",
  );
}

/** Vectors that nothing was learnt of would be those that were drawn. */
function requirePairs(losses: readonly number[], sentences: number): void {
  if (!losses.every(Number.isNaN)) return;
  throw new ArgumentError(
    `word2vec: no sentence of ${sentences} has two words beside each other once rare words, by ` +
      "minimumCount, and most of the frequent ones, by subsampling, are left out, expected pairs to " +
      "learn from; give longer sentences, lower minimumCount or raise subsampling.",
  );
}

const rateAt = ({ learningRate }: { learningRate: number }, progress: number): number =>
  learningRate * (1 - 0.99 * progress);

/** Reaches up to it are drawn at random. */
const widestWindow = 2 ** 20;

function checkOptions(options: Word2VecOptions): Required<Word2VecOptions> {
  requireOptions("word2vec", options, optionNames);
  const { features = 100, window = 5, negatives = 5, minimumCount = 5 } = options;
  const {
    subsampling = 1e-3,
    epochs = 5,
    batchSize = 64,
    learningRate = 0.025,
    seed = 0,
  } = options;
  const settings = {
    features,
    window,
    negatives,
    minimumCount,
    subsampling,
    epochs,
    batchSize,
    learningRate,
    seed: checkSeed("word2vec", seed),
  };
  const counts = [
    "features",
    "window",
    "negatives",
    "minimumCount",
    "epochs",
    "batchSize",
  ] as const;
  for (const name of counts) requireCount("word2vec", name, settings[name]);
  if (window > widestWindow) {
    throw new ArgumentError(
      `word2vec: received window ${window}, expected at most ${widestWindow}, more words than a ` +
        "sentence has; 5 to 10 are common.",
    );
  }
  for (const name of ["subsampling", "learningRate"] as const) {
    const value: unknown = settings[name];
    if (typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY) continue;
    throw new ArgumentError(
      `word2vec: received ${name} ${describeValue(value)}, expected a number above 0.`,
    );
  }
  return settings;
}
