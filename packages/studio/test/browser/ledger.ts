import type {
  Curve,
  Event,
  FieldsAnswer,
  LedgerEvent,
  RunDetail,
  RunDiff,
  RunRow,
} from "versant/studio-api";

/** A ledger made up by formulas: every value follows from the number of the run. */

const begun = Date.parse("2026-03-20T08:00:00Z");
const states = ["completed", "completed", "stopped", "completed", "failed", "killed"] as const;
const words = ["amber", "brisk", "calm", "dusky", "eager", "fond", "glad", "hazy"];
const animals = ["otter", "heron", "lynx", "finch", "marten", "newt", "stoat", "wren"];

/** Text that would do harm if it were taken for HTML. */
export const hostile = '<img src=x onerror="globalThis.harmed=true">\u202eمرحبا😀';

export function rowOf(number: number): RunRow {
  const isLive = number === 1;
  const name = `${words[number % 8]}-${animals[(number >> 3) % 8]}-${number}`;
  const learningRate = 10 ** (-1 - (number % 5));
  const loss = 0.08 + ((number * 37) % 100) / 150;
  return {
    id: isLive ? "live-run" : name,
    number,
    experiment: ["mnist", "spam", "houses"][number % 3] ?? "mnist",
    file: "examples/mnist.ts",
    state: isLive ? "running" : (states[number % states.length] ?? "completed"),
    paused: false,
    reason: number % states.length === 4 && !isLive ? "The loss is not finite." : null,
    started: new Date(isLive ? Date.now() - 41_000 : begun + number * 60_000).toISOString(),
    ended: isLive ? null : new Date(begun + number * 60_000 + 90_000).toISOString(),
    seconds: isLive ? null : 42 + (number % 50),
    epochs: isLive ? 12 : 20,
    steps: isLive ? 1200 : 2000,
    progress: isLive ? 0.6 : 1,
    seed: number,
    actor: "Ada",
    device: "native",
    parameters: 42_310,
    repeats: null,
    approvals: number % 7 === 0 ? 1 : 0,
    tags: number === 3 ? [hostile] : number % 4 === 0 ? ["baseline", "wide"] : [],
    from: null,
    hyperparameters: { learningRate, hidden: 20 + (number % 6) * 20, optimizer: "adam" },
    scores: {
      "train.loss": loss * 0.7,
      "validation.loss": loss,
      "validation.accuracy": 1 - loss / 4,
      ...(!isLive && { "test.accuracy": 1 - loss / 3.9 }),
    },
    sparkline: {
      name: "validation.loss",
      values: Array.from(
        { length: 30 },
        (_, index) => loss + 1.6 * Math.exp(-index / (4 + (number % 9))),
      ),
    },
  };
}

const hash = (letter: string): string => letter.repeat(64);

function event<T extends LedgerEvent["type"]>(
  run: RunRow,
  type: T,
  sequence: number,
  payload: Event<T>["payload"],
): Event<T> {
  return {
    ...{ sequence, type, payload, run: run.id, previous: "", signature: "" },
    hash: `${sequence}`.padStart(64, "0"),
    time: new Date(Date.parse(run.started) + sequence * 1000).toISOString(),
    actor: { name: "Ada", key: "0a1b" },
  };
}

export function detailOf(run: RunRow): RunDetail {
  const part = (rows: number, letter: string) => ({ rows, hash: hash(letter), columns: [] });
  const real = { kind: "real", default: 1e-3, min: 1e-5, max: 0.1, scale: "log" } as const;
  return {
    run,
    started: event(run, "run.started", 3, {
      ...{ experiment: run.experiment, about: "Reads handwritten digits.", file: run.file },
      command: ["versant", "train", run.file, "--learningRate", "0.001"],
      hyperparameters: [
        {
          ...{ name: "learningRate", value: run.hyperparameters.learningRate ?? 0, source: "flag" },
          declaration: { ...real, about: "step size of Adam" },
        },
        {
          ...{ name: "hidden", value: run.hyperparameters.hidden ?? 0, source: "default" },
          declaration: {
            ...{ kind: "int", default: 40, min: 8, max: 256, scale: "linear" },
            about: "units of the hidden layer",
          },
        },
      ],
      ...{ seed: run.seed, model: "Mlp", parameters: run.parameters, loss: "crossEntropy" },
      layers: [{ name: "hidden", kind: "Linear", output: "(N, 40)", parameters: 31_400 }],
      ...{ optimizer: "Adam", batches: 100 },
      code: {
        hash: hash("c"),
        files: [{ path: run.file, object: hash("f") }],
        ...{ commit: hash("b").slice(0, 40), versant: "0.1.0", changes: hash("e") },
      },
      environment: {
        ...{ node: "v20.20.2", system: "linux x64", processor: "A processor", cores: 8 },
        ...{ memoryMB: 16_000, device: "native", arithmetic: "avx2", threads: 4 },
        ...{ host: "here", process: 1 },
      },
      data: {
        hash: hash("d"),
        parts: { train: part(54_000, "1"), validation: part(6000, "2"), test: part(10_000, "3") },
        leaks: "not checked",
      },
    }),
    resumed: [],
    checkpoints: [5, 10].map((epoch) =>
      event(run, "checkpoint", 20 + epoch, {
        ...{ tensors: hash("7"), loop: hash("8"), bytes: 512_345 },
        place: { epoch, batch: 0, step: epoch * 100 },
        best: { monitor: "validation.loss", score: 0.21 },
      }),
    ),
    tests: [],
    evaluations: [],
    landscapes: [],
    requests: [],
    interventions: [
      event(run, "steer.applied", 28, {
        ...{ action: "learningRate", value: 3e-4, from: 1e-3 },
        place: { epoch: 7, batch: 0, step: 700 },
      }),
    ],
    ended: null,
    decisions: [
      event(run, "decision", 24, {
        ...{ title: "Adam at 0.001", why: "SGD needed three times the epochs.", from: "SGD" },
        ...{
          to: "Adam",
          alternatives: ["RMSProp"],
          evidence: [`${run.id}:validation.accuracy=0.97`],
        },
      }),
    ],
    ...{ approvals: [], descriptions: [], descendants: [], served: [] },
    looks: { data: hash("3"), count: 3, runs: 2 },
    ...{ totalEpochs: 20, sequence: 100 },
  };
}

export const eventsOf = (detail: RunDetail): readonly LedgerEvent[] =>
  [detail.started, ...detail.checkpoints, ...detail.interventions, ...detail.decisions].sort(
    (a, b) => a.sequence - b.sequence,
  );

export function curvesOf(run: RunRow): Readonly<Record<string, Curve>> {
  const curve = (count: number, stride: number, value: (t: number) => number): Curve => {
    const step = Array.from({ length: count }, (_, index) => (index + 1) * stride);
    return {
      step,
      value: step.map((each) => value(each / 100)),
      time: step.map((each) => Date.parse(run.started) + each * 30),
      sequence: step.map((_, index) => 4 + index),
    };
  };
  const wave = (t: number): number => Math.sin(t * 37.7) * Math.sin(t * 11.3);
  const train = (t: number): number => 0.05 + 2.2 * Math.exp(-t / (2.5 + (run.number % 3)));
  const validation = (t: number): number => train(t) + 0.012 * Math.max(0, t - 4) ** 1.3 + 0.04;
  const losses = curve(run.steps / 4, 4, (t) => Math.max(0.01, train(t) * (1 + 0.22 * wave(t))));
  const band = (share: number) => losses.value.map((each) => each && each * share);
  return {
    "step.loss": { ...losses, lowest: band(0.75), highest: band(1.3) },
    learningRate: curve(run.steps / 10, 10, (t) => (t < 7 ? 1e-3 : 3e-4)),
    "train.loss": curve(run.epochs, 100, train),
    "validation.loss": curve(run.epochs, 100, validation),
    "train.accuracy": curve(run.epochs, 100, (t) => 1 - train(t) / 3),
    "validation.accuracy": curve(run.epochs, 100, (t) => 1 - validation(t) / 3),
    "epoch.seconds": curve(run.epochs, 100, () => 3.1),
  };
}

export const fields: FieldsAnswer = {
  fields: [
    { name: "state", kind: "column", type: "text", values: ["running", ...new Set(states)] },
    { name: "experiment", kind: "column", type: "text", values: ["houses", "mnist", "spam"] },
    { name: "tags", kind: "column", type: "tags", values: ["baseline", "wide", hostile] },
    { name: "started", kind: "column", type: "time" },
    {
      ...{ name: "learningRate", kind: "hyperparameter", type: "number", scale: "log" },
      ...{ min: 1e-5, max: 0.1 },
    },
    { name: "hidden", kind: "hyperparameter", type: "number", min: 20, max: 120 },
    { name: "optimizer", kind: "hyperparameter", type: "text", values: ["adam"] },
    { name: "train.loss", kind: "score", type: "number" },
    { name: "validation.loss", kind: "score", type: "number" },
    { name: "validation.accuracy", kind: "score", type: "number" },
    { name: "test.accuracy", kind: "score", type: "number" },
  ],
};

export const diffOf = (a: RunRow, b: RunRow): RunDiff => ({
  runs: [a.id, b.id],
  sections: {
    "hyper-parameters": [
      {
        name: "learningRate",
        values: [a, b].map(({ hyperparameters }) => hyperparameters.learningRate),
      },
      { name: "seed", values: [a.seed, b.seed] },
      // As JSON writes what one of them does not have.
      { name: "dropout", values: [0.5, null] },
    ],
    data: [
      { name: "hash", values: [hash("d"), `${hash("d").slice(0, 30)}${hash("9").slice(30)}`] },
    ],
    scores: Object.keys(a.scores).map((name) => ({
      name,
      values: [a.scores[name], b.scores[name]],
    })),
  },
  files: [
    {
      ...{ path: "examples/mnist.ts", objects: [hash("f"), hash("0")] },
      patch:
        "--- examples/mnist.ts\n+++ examples/mnist.ts\n@@ -1,2 +1,2 @@\n-const width = 40;\n+const width = 80;\n run();",
    },
  ],
});
