import type {
  AnsweredSample,
  ConfusionRecord,
  ErrorsRecord,
  InsideAnswer,
  RunRow,
} from "versant/studio-api";

const layers = Array.from({ length: 8 }, (_, index) => `hidden.${index}`);

const pixels = Buffer.from(Uint8Array.from({ length: 64 }, (_, place) => 4 * place));

const image = { width: 8, height: 8, channels: 1, pixels: pixels.toString("base64") } as const;

const digits: ConfusionRecord = {
  kind: "classes",
  classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  matrix: Array.from({ length: 10 }, (_, is) =>
    Array.from({ length: 10 }, (_, answered) => (is === answered ? 900 : (is * answered) % 7)),
  ),
  samples: Array.from({ length: 60 }, (_, index): AnsweredSample => {
    return { index, expected: 4 + (index % 2), answered: 9, probability: 0.99, image };
  }),
  right: [{ index: 70, expected: 3, answered: 3, probability: 0.99, image }],
};

const sums: ErrorsRecord = {
  ...{ kind: "numbers", name: "sum", meanAbsolute: 3.5 },
  samples: Array.from({ length: 60 }, (_, index) => ({
    ...{ index, expected: 3 * index, answered: 3 * index + (60 - index) / 4 },
  })),
};

/**
 * The inside of a run: digits where its number is odd, sums where it is even; nothing of number 10, and mistakes
 * alone of number 11.
 */
export function insideOf(run: RunRow): InsideAnswer {
  if (run.number === 10) return { history: [], newest: null, mistakes: null };
  const history = Array.from({ length: run.number === 11 ? 0 : 12 }, (_, index) => ({
    ...{ epoch: index + 2, step: 750 * (index + 1), sequence: index, time: run.started },
    layers: layers.map((path, depth) => ({ path, gradient: 10 ** (depth - 8) / (index + 1) })),
    parameters: layers.map((path, depth) => ({
      ...{ path: `${path}.weight`, gradient: 1, weight: 1, updateRatio: 1e-3 * (depth + 1) },
    })),
    relus: [],
    warnings:
      run.number % 2 === 1
        ? ([{ kind: "vanishing gradients", path: "hidden.0", message: "They vanish." }] as const)
        : [],
  }));
  const histograms = layers.map((path, depth) => ({
    ...{ path, lowest: -1, highest: depth + 1 },
    counts: Array.from({ length: 32 }, (_, bin) => 32 - Math.abs(bin - 4 * depth)),
  }));
  const newest = history.at(-1);
  const content = run.number % 2 === 1 ? digits : sums;
  const counts = { part: "validation", looked: 9900, samples: 12_000, object: "" } as const;
  return {
    history,
    newest: newest
      ? { ...newest, batch: 1, milliseconds: 3, weights: histograms, activations: histograms }
      : null,
    mistakes: { ...counts, ...(content === digits && { wrong: 321 }), content },
  };
}
