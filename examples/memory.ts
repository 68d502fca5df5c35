// Questions about stories: a memory network finds the facts that answer them, one after the other.
//   versant train examples/memory.ts
// Where a thing is takes two facts. With --hops 1 only one can be found, and the answer is mostly
// wrong.
import {
  experiment,
  int,
  loss,
  metrics,
  nn,
  noGradient,
  optim,
  output,
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

/** A story and its question come in one tensor, (N, facts + 1, words): the question is the last row. */
class Reader extends nn.Module {
  readonly memory: nn.MemoryNetwork;

  constructor(features: number, hops: number, capacity: number) {
    super();
    this.memory = new nn.MemoryNetwork(vocabulary.length, features, { hops, capacity });
  }

  /** Logits of the answer, (N, vocabulary). */
  forward(x: Tensor): Tensor {
    return this.memory.forward(x.at(slice(), slice(0, -1)), x.at(slice(), -1));
  }

  /** How much each hop looks at each fact, (N, hops, facts). */
  attention(x: Tensor): Tensor {
    return this.memory.attention(x.at(slice(), slice(0, -1)), x.at(slice(), -1));
  }
}

export default experiment({
  name: "memory",
  about: "a memory network answers questions about stories",
  hyperparameters: {
    stories: int(10_000, {
      min: 10,
      max: 1_000_000,
      scale: "log",
      about: "stories to learn from",
      searched: false,
    }),
    facts: int(12, {
      min: fewestFacts,
      max: 100,
      about: "facts of the longest story",
      searched: false,
    }),
    features: int(32, { min: 1, max: 1024, about: "size of the vectors of words and facts" }),
    hops: int(3, { min: 1, max: 10, about: "how often the memory is read" }),
    learningRate: real(3e-3, { min: 1e-5, max: 1, scale: "log", about: "first step size of Adam" }),
    epochs: int(40, { min: 1, max: 1000, about: "passes over the stories" }),
    batchSize: int(64, { min: 1, max: 10_000, about: "stories a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const length = [fewestFacts, hp.facts] as const;
    const told = tellStories({ count: hp.stories, length, seed });
    // None of these was told in training with the same question.
    const fresh = tellStories({ count: 2000, length, seed: seed + 1, except: told });
    const dataset = (stories: readonly Story[]) =>
      new TensorDataset(encodeStories(stories, hp.facts));
    const model = new Reader(hp.features, hp.hops, hp.facts);
    return {
      data: { train: dataset(told), test: dataset(fresh) },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.Adam(model.parameters(), { learningRate: hp.learningRate }),
      schedule: { perEpoch: optim.schedule.cosine({ length: hp.epochs }) },
      metrics: [metrics.accuracy()],
      signature: { output: output.classes(vocabulary) },

      async inspect({ trainer, evaluate }) {
        const usual = places.toSorted((a, b) => hits(told, () => b) - hits(told, () => a))[0];
        const lines: string[] = [];
        const report: Record<string, unknown> = {};
        for (const about of ["person", "thing"] as const) {
          const asked = fresh.filter((story) => story.about === about);
          const { accuracy = 0 } = await evaluate(dataset(asked));
          // What answers reach that take no understanding.
          const lastPlaceNamed = hits(asked, lastPlace);
          const mostFrequentPlace = hits(asked, () => usual);
          report[about] = { accuracy, lastPlaceNamed, mostFrequentPlace };
          lines.push(
            `${`where is a ${about}`.padEnd(18)}accuracy ${accuracy.toFixed(4)} | last place ` +
              `named ${lastPlaceNamed.toFixed(4)} | most frequent ${mostFrequentPlace.toFixed(4)}`,
          );
        }
        // One story, with what each hop looks at.
        const story = fresh.find(({ about }) => about === "thing") as Story;
        const [input] = encodeStories([story], hp.facts);
        const looks = noGradient(() => model.attention(input)).at(
          0,
          slice(),
          slice(-story.facts.length),
        );
        const shares = await looks.transpose().data();
        story.facts.forEach((fact, index) => {
          const row = [...shares.subarray(index * hp.hops, (index + 1) * hp.hops)];
          lines.push(fact.padEnd(32) + row.map((each) => each.toFixed(2)).join("  "));
        });
        const word = await (await trainer.predict(input)).argmax().item();
        lines.push(`${`${story.question}?`.padEnd(32)}${vocabulary[word]}`);
        return { lines, report };
      },
    };
  },
});

/** The share of stories that `answer` answers rightly. */
function hits(stories: readonly Story[], answer: (story: Story) => string | undefined): number {
  return stories.filter((story) => answer(story) === story.answer).length / stories.length;
}
