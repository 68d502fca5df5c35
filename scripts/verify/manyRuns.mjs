import { createHash } from "node:crypto";
import { RandomGenerator } from "@versant/core";
import { countRuns } from "versant/ledger";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/**
 * The events of one made-up run that is like a real one: 20 stretches of 50 losses, 10 epochs, a look
 * at the test data, an end. The same number gives the same run.
 */
export function manyEvents(number) {
  const run = nameOf(number);
  const random = new RandomGenerator(number, "dataset");
  const learningRate = 10 ** (-4 + 3 * random.uniform());
  const width = 16 * 2 ** random.below(5);
  const speed = 0.002 + 0.01 * random.uniform();
  const lossAt = (step) => Math.exp(-speed * step) + 0.02 + 0.01 * random.uniform();
  const accuracyAt = (step) => 1 - 0.5 * lossAt(step);
  const events = [{ type: "run.started", run, payload: started(number, learningRate, width) }];
  for (let epoch = 1; epoch <= 10; epoch++) {
    for (const half of [0, 1]) {
      const first = (epoch - 1) * 100 + half * 50;
      const mean = Array.from({ length: 50 }, (_, index) => lossAt(first + index));
      const payload = { first, stride: 1, batches: 50, mean, learningRate };
      events.push({ type: "steps", run, payload });
    }
    const step = epoch * 100;
    const train = { loss: lossAt(step), accuracy: accuracyAt(step) };
    const validation = { loss: lossAt(step) + 0.01, accuracy: accuracyAt(step) - 0.01 };
    const payload = { epoch, step, seconds: 0.5, learningRate, train, validation };
    events.push({ type: "epoch", run, payload });
  }
  const scores = { loss: lossAt(1000) + 0.01, accuracy: accuracyAt(1000) - 0.01 };
  const data = sha256(`data ${number % 4}`);
  events.push({ type: "test", run, payload: { data, purpose: "after training", scores } });
  events.push({ type: "run.ended", run, payload: ended(number) });
  return events;
}

/** Makes runs until the ledger has so many. */
export async function fillRuns(ledger, count) {
  const batch = 50;
  for (let first = await countRuns(ledger); first < count; first += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - first) }, (_, i) => first + i);
    await ledger.append(numbers.flatMap(manyEvents));
  }
}

/** The run of a million losses. */
export const longRun = "long-00000";

/** Its losses before step 1,000,000, each of them a point, where the ledger does not have them yet. */
export async function fillLongRun(ledger) {
  const known = await ledger.events({ run: longRun, types: ["run.started"] });
  if (known.length > 0) return;
  const [started] = manyEvents(0);
  const stretches = Array.from({ length: 1000 }, (_, index) => stretchOf(1000 * index, 1000));
  await ledger.append([{ ...started, run: longRun }, ...stretches]);
}

/** A stretch of its losses. */
export function stretchOf(first, batches) {
  const mean = Array.from({ length: batches }, (_, index) =>
    Number((1000 / (first + index + 1000)).toPrecision(6)),
  );
  const payload = { first, stride: 1, batches, mean, learningRate: 0.001 };
  return { type: "steps", run: longRun, payload };
}

export const nameOf = (number) => `digits-${String(number).padStart(5, "0")}`;

function started(number, learningRate, width) {
  const declared = (name, value, source, declaration) => ({ name, value, source, declaration });
  const range = (kind, value, min, max, scale, about) => ({
    ...{ kind, default: value, min, max, scale, about },
  });
  const rows = { train: 48_000, validation: 12_000, test: 10_000 };
  return {
    experiment: number % 5 === 0 ? "fashion" : "digits",
    about: "reads handwritten digits",
    file: "examples/mnist.ts",
    command: ["train", "examples/mnist.ts", "--learningRate", String(learningRate)],
    hyperparameters: [
      declared(
        ...["learningRate", learningRate, "search"],
        range("real", 1e-4, 1e-5, 1, "log", "size of a step"),
      ),
      declared("width", width, "search", range("int", 40, 1, 1024, "log", "neurons a layer")),
      declared("epochs", 10, "default", range("int", 10, 1, 1e6, "linear", "passes over the data")),
      declared("batchSize", 64, "default", range("int", 64, 1, 1e6, "log", "samples a step")),
    ],
    seed: number,
    model: "Sequential",
    layers: [0, 1, 2, 3, 4].map((index) => ({
      ...{ name: String(index), kind: "Linear", output: `(64, ${width})` },
      parameters: width * (width + 1),
    })),
    parameters: 5 * width * (width + 1),
    loss: "crossEntropy",
    optimizer: "Adam",
    batches: 100,
    code: {
      hash: sha256(`code ${number % 20}`),
      files: [],
      commit: sha256(`commit ${number % 20}`).slice(0, 40),
      versant: "0.1.0",
    },
    environment: {
      ...{ node: "v20.19.0", system: "linux 6.1", processor: "a processor", cores: 2 },
      ...{ memoryMB: 8000, device: "native", arithmetic: "native-fma", threads: 2 },
      ...{ host: "here", process: 1000 + number },
    },
    data: {
      hash: sha256(`data ${number % 4}`),
      parts: Object.fromEntries(
        Object.entries(rows).map(([part, count]) => [
          part,
          {
            rows: count,
            hash: sha256(`${part} ${number % 4}`),
            columns: [
              { dtype: "float32", shape: [784] },
              { dtype: "int32", shape: [] },
            ],
            classes: Object.fromEntries(
              Array.from({ length: 10 }, (_, digit) => [digit, count / 10]),
            ),
          },
        ]),
      ),
      leaks: "not checked",
    },
  };
}

const ended = (number) => ({
  state: number % 50 === 0 ? "stopped" : "completed",
  place: { epoch: 10, batch: 0, step: 1000 },
  weights: sha256(`weights ${number}`),
  seconds: 5,
  peakMemoryMB: 200,
});
