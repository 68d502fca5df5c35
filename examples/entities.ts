// Names, places, dates and amounts in clauses of contracts, in English and French, and what each clause
// is about: one recurrent network tells both, with names and places that it has never seen. In sentences
// that it has never seen it still finds most of them, but four sentences of a kind are too few to learn
// from what a fifth one is about: the second part of the measurement shows it.
//   versant train examples/entities.ts
import {
  arange,
  experiment,
  int,
  loss,
  metrics,
  nn,
  optim,
  output,
  rand,
  real,
  slice,
  type Tensor,
  TensorDataset,
  type Trainer,
  text,
  where,
} from "versant";
import { type Clause, kinds, makeClauses, makeDraw, tags } from "./support/clauses.js";
import { entityScores, entityTable } from "./support/spans.js";
import { featuresOf, featuresPerWord } from "./support/wordFeatures.js";

/** Tags of words, kinds of clauses, and what stands behind the end of a clause. */
const labels = tags.length + kinds.length;
const ignoredIndex = labels;

/** The index of features that did not occur in training. */
const unknown = 1;

/** Stands before each clause; its label is the clause's kind. */
const wholeClause = "[clause]";

/** Reads a clause forwards and backwards and gives each word a label. */
class ClauseReader extends nn.Module {
  readonly features: nn.Embedding;
  readonly context: nn.GRU;
  readonly output: nn.Linear;

  constructor(
    vocabulary: number,
    width: number,
    readonly drop: number,
  ) {
    super();
    this.features = new nn.Embedding(vocabulary, width, { paddingIndex: 0 });
    this.context = new nn.GRU(width, width, { bidirectional: true });
    this.output = new nn.Linear(2 * width, labels);
  }

  /** Features (N, 4 T) to scores (N, labels, T). */
  forward(features: Tensor): Tensor {
    const [count = 0, length = 0] = features.shape;
    const known = this.training ? this.#forget(features) : features;
    const words = this.features
      .forward(known.reshape([count, length / featuresPerWord, featuresPerWord]))
      .sum(2);
    const { output } = this.context.forward(words);
    return this.output.forward(output).transpose();
  }

  /** Makes some features unknown, as those of new names will be. */
  #forget(features: Tensor): Tensor {
    const isForgotten = rand(features.shape).less(this.drop).and(features.notEqual(0));
    return where(isForgotten, unknown, features);
  }
}

const featuresOfClause = ({ words }: Clause): string[] =>
  [wholeClause, ...words].flatMap(featuresOf);

/** The clauses as rows of one length, and their labels. */
function datasetOf(clauses: readonly Clause[], vocabulary: text.Vocabulary, length: number) {
  const inputs = clauses.map((clause) => vocabulary.encode(featuresOfClause(clause)));
  const targets = clauses.map((clause) => [tags.length + clause.kind, ...clause.tags]);
  return new TensorDataset([
    text.pad(inputs, { length: featuresPerWord * length }).indices,
    text.pad(targets, { length, paddingIndex: ignoredIndex }).indices,
  ]);
}

/** Scores of entities, each kind and all, and of what the clauses are about. */
async function measure(
  trainer: Trainer,
  clauses: readonly Clause[],
  dataset: TensorDataset,
  length: number,
) {
  const [inputs] = dataset.take(arange(clauses.length)) as [Tensor];
  const scores = await trainer.predict(inputs);
  // A word is what is likeliest among tags, a clause what is likeliest among kinds.
  const found = scores.at(slice(), slice(0, tags.length), slice(1)).argmax(1).dataSync();
  const confusion = new metrics.ConfusionMatrix(kinds);
  confusion.add(
    scores.at(slice(), slice(tags.length), 0).argmax(),
    clauses.map(({ kind }) => kind),
  );
  const entities = entityScores(
    clauses.map(({ words }, index) => [
      ...found.subarray(index * (length - 1), index * (length - 1) + words.length),
    ]),
    clauses.map((clause) => clause.tags),
  );
  return {
    lines: [...entityTable(entities), "what they are about", confusion.scoreTable()],
    report: { entities, clauses: confusion.perClass(), macroF1: confusion.f1("macro") },
  };
}

export default experiment({
  name: "entities",
  about: "a recurrent network finds names, places, dates and amounts in contracts",
  hyperparameters: {
    clauses: int(3000, {
      min: 10,
      max: 1_000_000,
      scale: "log",
      about: "training clauses",
      searched: false,
    }),
    width: int(48, { min: 1, max: 1024, about: "features of a word, and units of the GRU" }),
    drop: real(0.3, { min: 0, max: 0.9, about: "share of features that it forgets" }),
    learningRate: real(5e-3, { min: 1e-5, max: 1, scale: "log", about: "step size of Adam" }),
    epochs: int(5, { min: 1, max: 1000, about: "passes over the clauses" }),
    batchSize: int(32, { min: 1, max: 1000, about: "clauses a step" }),
  },
  setup: ({ hyperparameters: hp }) => {
    const draw = makeDraw();
    const learnt = makeClauses(hp.clauses, "train", draw);
    const chosen = makeClauses(500, "validation", draw);
    const kept = makeClauses(1000, "test", draw);
    const foreign = makeClauses(500, "test", draw, "new");
    // What occurs once or twice stays unknown, so that the network learns what unknown words may be.
    const vocabulary = text.Vocabulary.fit(learnt.map(featuresOfClause), { minimumCount: 3 });
    const length =
      1 + Math.max(...[learnt, chosen, kept, foreign].flat().map(({ words }) => words.length));
    const test = datasetOf(kept, vocabulary, length);
    const others = datasetOf(foreign, vocabulary, length);
    const model = new ClauseReader(vocabulary.size, hp.width, hp.drop);
    return {
      data: {
        train: datasetOf(learnt, vocabulary, length),
        validation: datasetOf(chosen, vocabulary, length),
        test,
      },
      model,
      loss: (scores: Tensor, target: Tensor) => loss.crossEntropy(scores, target, { ignoredIndex }),
      optimizer: new optim.Adam(model.parameters(), { learningRate: hp.learningRate }),
      clip: { norm: 1 },
      signature: { output: output.positions([...tags, ...kinds]) },

      async inspect({ trainer }) {
        const known = await measure(trainer, kept, test, length);
        const unseen = await measure(trainer, foreign, others, length);
        return {
          lines: [
            `${kept.length} known sentences with names and places never seen: entities`,
            ...known.lines,
            `${foreign.length} in sentences never seen either: entities`,
            ...unseen.lines,
          ],
          report: { known: known.report, unseen: unseen.report },
        };
      },
    };
  },
});
