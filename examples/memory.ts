// Questions about stories: a memory network finds the facts that answer them, one after the other.
//   versant train examples/memory.ts
import {
  experiment,
  int,
  loss,
  metrics,
  nn,
  noGradient,
  optim,
  real,
  slice,
  type Tensor,
  TensorDataset,
} from "versant";
import {
  encodeStories,
  lastPlace,
  places,
  type Story,
  tellStories,
  vocabulary,
} from "./support/stories.js";

const fewestFacts = 4;

/** A story and its question in one tensor, (N, facts + 1, words): the question is the last row. */
class Reader extends nn.Module {
  readonly memory: nn.MemoryNetwork;

  constructor(features: number, hops: number, capacity: number) {
    super();
    this.memory = new nn.MemoryNetwork(vocabulary.length, features, { hops, capacity });
  }

  /** Logits of the answer, (N, vocabulary). */
  forward(x: Tensor): Tensor {
    return this.memory.forward(...parts(x));
  }

  /** Which facts each hop looks at, (N, hops, facts). */
  attention(x: Tensor): Tensor {
    return noGradient(() => this.memory.attention(...parts(x)));
  }
}

const parts = (x: Tensor): [story: Tensor, question: Tensor] => [
  x.at(slice(), slice(0, -1)),
  x.at(slice(), -1),
];

const share = (stories: readonly Story[], answer: (story: Story) => string | undefined): number =>
  stories.filter((story) => answer(story) === story.answer).length / stories.length;

export default experiment({
  name: "memory",
  about: "a memory network answers questions about stories",
  hyperparameters: {
    stories: int(10_000, { min: 10, max: 1_000_000, scale: "log", about: "stories to learn from" }),
    facts: int(12, { min: fewestFacts, max: 100, about: "facts of the longest story" }),
    features: int(32, { min: 1, max: 1024, about: "size of the vectors of words and facts" }),
    hops: int(3, { min: 1, max: 10, about: "how often the memory is read" }),
    learningRate: real(3e-3, { min: 1e-5, max: 1, scale: "log", about: "first step size of Adam" }),
    epochs: int(40, { min: 1, max: 1000, about: "passes over the stories" }),
    batchSize: int(64, { min: 1, max: 10_000, about: "stories a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const length = [fewestFacts, hp.facts] as const;
    const train = tellStories({ count: hp.stories, length, seed });
    // No story of the test occurs in training with the same question.
    const fresh = tellStories({ count: 2000, length, seed: seed + 1, except: train });
    const dataset = (stories: readonly Story[]) =>
      new TensorDataset(encodeStories(stories, hp.facts));
    const model = new Reader(hp.features, hp.hops, hp.facts);
    return {
      data: { train: dataset(train), test: dataset(fresh) },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.Adam(model.parameters(), { learningRate: hp.learningRate }),
      schedule: { perEpoch: optim.schedule.cosine({ length: hp.epochs }) },
      metrics: [metrics.accuracy()],

      async inspect({ evaluate }) {
        const usual = places.toSorted((a, b) => share(train, () => b) - share(train, () => a))[0];
        const lines: string[] = [];
        const report: Record<string, unknown> = {};
        for (const about of ["person", "thing"] as const) {
          const asked = fresh.filter((story) => story.about === about);
          const { accuracy = 0 } = await evaluate(dataset(asked));
          const byLast = share(asked, lastPlace);
          const byUsual = share(asked, () => usual);
          report[about] = { accuracy, lastPlaceNamed: byLast, mostFrequentPlace: byUsual };
          lines.push(
            `${`where is a ${about}`.padEnd(18)}accuracy ${accuracy.toFixed(4)} | last place ` +
              `named ${byLast.toFixed(4)} | most frequent place ${byUsual.toFixed(4)}`,
          );
        }
        return {
          lines: [...lines, ...(await explain(model, fresh[1] as Story, hp.facts))],
          report,
        };
      },
    };
  },
});

/** A story with the share of each fact in each hop. */
async function explain(model: Reader, story: Story, capacity: number): Promise<string[]> {
  const [input] = encodeStories([story], capacity);
  const attention = model.attention(input).squeeze(0).at(slice(), slice(-story.facts.length));
  const shares = await attention.transpose().data();
  const hops = shares.length / story.facts.length;
  return [
    ...story.facts.map((fact, index) => {
      const row = [...shares.subarray(index * hops, (index + 1) * hops)];
      return `${fact.padEnd(32)}${row.map((each) => each.toFixed(2)).join("  ")}`;
    }),
    `${story.question}?`.padEnd(32) + story.answer,
  ];
}
