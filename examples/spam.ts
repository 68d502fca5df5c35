// Unwanted mail, told from the mean of its words' vectors: more than 97 of 100 messages never seen are
// sorted right.
//   versant train examples/spam.ts --log plain
import {
  experiment,
  input,
  int,
  loss,
  metrics,
  nn,
  optim,
  output,
  real,
  Subset,
  split,
  type Tensor,
  tensor,
  text,
} from "versant";
import { cut, distinctMessages } from "./support/mail.js";

/** The mean of the words' vectors, in any order, read by a linear layer. */
class MailReader extends nn.Module {
  readonly words: nn.EmbeddingBag;
  readonly dropout: nn.Dropout;
  readonly output: nn.Linear;

  constructor(vocabulary: number, width: number, drop: number) {
    super();
    this.words = new nn.EmbeddingBag(vocabulary, width, { paddingIndex: 0 });
    this.dropout = new nn.Dropout(drop);
    this.output = new nn.Linear(width, 2);
  }

  /** Words (N, T), padded with 0, to scores (N, 2) of wanted and unwanted. */
  forward(words: Tensor): Tensor {
    return this.output.forward(this.dropout.forward(this.words.forward(words)));
  }
}

export default experiment({
  name: "spam",
  about: "a bag of word vectors tells unwanted mail",
  hyperparameters: {
    words: int(20_000, { min: 100, max: 200_000, scale: "log", about: "words it knows at most" }),
    length: int(400, { min: 10, max: 5000, about: "words of a message that it reads" }),
    width: int(32, { min: 1, max: 512, about: "features of a word" }),
    drop: real(0.3, { min: 0, max: 0.9, about: "share of features that drop out" }),
    learningRate: real(0.01, { min: 1e-5, max: 1, scale: "log", about: "step size of Adam" }),
    epochs: int(8, { min: 1, max: 1000, about: "passes over the messages" }),
    batchSize: int(8, { min: 1, max: 1000, about: "messages a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const mails = distinctMessages();
    const labels = Int32Array.from(mails, ({ isSpam }) => (isSpam ? 1 : 0));
    // Who is in which part does not depend on the vocabulary, which may know the training part alone.
    const [known, chosen, kept] = split(mails.length, [0.7, 0.1, 0.2], {
      seed,
      stratifyBy: labels,
    });
    const learnt = [...known].map((index) => mails[index]?.words ?? []);
    const vocabulary = text.Vocabulary.fit(learnt, { minimumCount: 2, maximumSize: hp.words });
    const whole = new text.SequenceDataset(
      mails.map(({ words }) => vocabulary.encode(words.slice(0, hp.length))),
      tensor(labels),
    );
    const test = new Subset(whole, kept);
    const model = new MailReader(vocabulary.size, hp.width, hp.drop);
    return {
      data: { train: new Subset(whole, known), validation: new Subset(whole, chosen), test },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.Adam(model.parameters(), { learningRate: hp.learningRate }),
      schedule: { perEpoch: optim.schedule.cosine({ length: hp.epochs }) },
      metrics: [metrics.accuracy()],
      signature: {
        input: input.text({ words: cut, vocabulary, length: whole.tokens }),
        output: output.classes(["wanted", "unwanted"]),
      },

      async inspect({ trainer }) {
        const [inputs, targets] = whole.take(tensor(test.indices));
        const predicted = (await trainer.predict(inputs)).argmax();
        const confusion = new metrics.ConfusionMatrix(["wanted", "unwanted"]);
        confusion.add(predicted, targets);
        return {
          lines: [
            `${mails.length} different messages; the test on ${test.length} never seen`,
            confusion.scoreTable(),
          ],
          report: { macroF1: confusion.f1("macro"), classes: confusion.perClass() },
        };
      },
    };
  },
});
