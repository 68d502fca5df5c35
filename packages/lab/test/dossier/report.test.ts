import { expect, test } from "vitest";
import { dossier } from "../../src/dossier/dossier.js";
import { report } from "../../src/dossier/report.js";
import type { ConfusionRecord, InsightRecord, Mistakes } from "../../src/ledger/insightEvents.js";
import type { Landscape } from "../../src/ledger/landscapeEvent.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { digitsRun } from "../ledger/digits.js";
import { startedDraft, temporaryLedger } from "../ledger/temporary.js";

const hostile = '<script>alert("x")</script>';

/** What a run got wrong on its test data, as it is kept. */
async function keepMistakes(
  ledger: Ledger,
  run: string,
  classes: readonly string[],
): Promise<void> {
  const matrix = classes.map((_, label) =>
    classes.map((_, answered) =>
      label === answered ? 900 + label : label === 9 - answered ? 7 : 0,
    ),
  );
  const kept: ConfusionRecord = { kind: "classes", classes, matrix, samples: [] };
  const object = await ledger.objects.put(JSON.stringify(kept));
  const payload = { part: "test", looked: 9000, samples: 9000, wrong: 70, object } as const;
  await ledger.append([{ type: "mistakes", run, payload }]);
}

async function reportedRun(classes: readonly string[]) {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  await keepMistakes(ledger, run, classes);
  return { ledger, run };
}

const digits = Array.from({ length: 10 }, (_, digit) => `digit ${digit}`);

test("a page with curves, scores, what was confused and hyper-parameters, in either language", async () => {
  const { ledger, run } = await reportedRun(digits);
  for (const [language, words] of [
    ["en", ["Report of a run", "Confusion matrix (Test)", "loss over epochs", "Hyper-parameters"]],
    ["fr", ["Rapport d’une exécution", "Matrice de confusion (Test)", "Hyperparamètres"]],
  ] as const) {
    const { html } = await report(ledger, { run, language });
    expect(html).toContain(`<html lang="${language}">`);
    for (const word of words) expect(html).toContain(word);
    expect(html).toContain(">digit 9</text>");
    expect(html).toContain("learningRate");
    expect(html).not.toMatch(/<script|<link|src=|NaN|undefined/);
  }
});

test("pictures as files: curves of every metric, of the steps, and the matrix with all its counts", async () => {
  const { ledger, run } = await reportedRun(digits);
  const { figures } = await report(ledger, { run });
  expect([...figures.keys()]).toEqual(expect.arrayContaining(["loss.svg", "confusion.svg"]));
  for (const svg of figures.values()) {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+"/);
    expect(svg).not.toMatch(/href|url\(|NaN/);
  }
  const matrix = figures.get("confusion.svg") ?? "";
  expect(matrix.match(/class="cell"/g)).toHaveLength(10);
  expect(matrix.match(/class="cell wrong"/g)).toHaveLength(10);
  expect(matrix.match(/>90\d<\/text>/g)).toHaveLength(10);
  expect(matrix.match(/>7<\/text>/g)).toHaveLength(10);
});

test("the loss around the weights, with the path of training, in the page and as a file", async () => {
  const { ledger, run } = await reportedRun(digits);
  const axis = [-2, -1, 0, 1, 2];
  const content: Landscape = {
    ...{ x: axis, y: axis },
    loss: axis.map((y) => axis.map((x) => (x + y === 4 ? null : 1 + x ** 2 + y ** 2))),
    path: [-2, -1, 0].map((x, epoch) => ({
      epoch,
      step: 10 * epoch,
      x,
      y: x / 2,
      loss: 1 + x ** 2,
    })),
  };
  const object = await ledger.objects.put(JSON.stringify(content));
  const payload = {
    ...({
      directions: "path",
      part: "validation",
      weights: "",
      looked: 100,
      samples: 900,
    } as const),
    ...{ grid: 5, seed: 42, loss: 1, lowest: 1, highest: 9, curvature: [2, null] as const },
    ...{ explained: [0.81, 0.19] as const, seconds: 1, object },
  };
  await ledger.append([{ type: "landscape", run, payload }]);
  const { html, figures } = await report(ledger, { run });
  expect(html).toContain("Loss around the weights: path of training (Validation)");
  expect(html).toContain("component 1 (81 % of the variance)");
  expect(html).toMatch(/Loss along the path<\/dt><dd dir="auto">5\.\d* → 1\./);
  expect(html).not.toMatch(/NaN|undefined/);
  const svg = figures.get("landscape-path-validation.svg") ?? "";
  // The levels of a bowl: rings around its middle, cut at the edges.
  expect(svg.match(/class="level"/g)).toHaveLength(11);
  // From the left and below to the middle of the plane.
  expect(svg).toMatch(/class="curve c1" d="M52\.0 262\.5L156\.5 223\.8L261\.0 185\.0"/);
  expect(svg).not.toMatch(/NaN|undefined/);
  const markdown = await dossier(ledger, { run, format: "md" });
  expect(markdown).toMatch(
    /\*\*Loss around the weights: path of training \(Validation\)\*\*\n\n- Samples/,
  );
  await ledger.objects.delete(object);
  expect((await report(ledger, { run })).figures.has("landscape-path-validation.svg")).toBe(false);
});

test("many classes keep their colours, and names of classes and metrics are text", async () => {
  const classes = Array.from({ length: 200 }, (_, index) => `${hostile}${index}`);
  const { ledger, run } = await reportedRun(classes);
  await ledger.append([
    {
      ...{ type: "epoch", run },
      payload: {
        ...{ epoch: 99, step: 9900, seconds: 1, learningRate: 1e-3 },
        train: { loss: 1, [hostile]: 1, "../loss": 2 },
      },
    },
  ]);
  const { html, figures } = await report(ledger, { run });
  expect(html).not.toContain("<script");
  expect([...figures.keys()].every((name) => /^[\w-]+\.svg$/.test(name))).toBe(true);
  const matrix = figures.get("confusion.svg") ?? "";
  expect(matrix.match(/class="cell"/g)).toHaveLength(200);
  expect(matrix).not.toContain('class="count"');
});

/** A look of which one layer learns and another has lost its units. */
const insight: InsightRecord = {
  ...{ epoch: 2, batch: 1, step: 760, milliseconds: 3 },
  layers: [
    { path: "hidden.0", gradient: 1e-7 },
    { path: hostile, gradient: 0.5 },
  ],
  parameters: [
    { path: "hidden.0.weight", gradient: 1, weight: 0, updateRatio: Number.POSITIVE_INFINITY },
  ],
  relus: [],
  warnings: [{ kind: "vanishing gradients", path: "hidden.0", message: "" }],
  weights: [{ path: "hidden.0.weight", lowest: -0.5, highest: 0.5, counts: [1, 4, 2] }],
  activations: [{ path: hostile, lowest: 0, highest: 0, counts: [], nonFinite: 3 }],
};

test("what is inside: warnings, gradients, histograms, and wrong images", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  const image = { width: 2, height: 2, channels: 1, pixels: "AEB//w==" } as const;
  const sample = { index: 4, expected: 0, answered: 1, probability: 0.9987, image };
  const kept: Mistakes = {
    ...{ kind: "classes", classes: ["cat", "dog"], samples: [sample] },
    matrix: [
      [3, 1],
      [0, 4],
    ],
  };
  const object = await ledger.objects.put(JSON.stringify(kept));
  const payload = { part: "validation", looked: 8, samples: 8, wrong: 1, object } as const;
  await ledger.append([
    { type: "insight", run, payload: insight },
    { type: "mistakes", run, payload },
  ]);
  const { html, figures } = await report(ledger, { run });
  expect(html).toContain("The gradients vanish on their way to hidden.0");
  expect(html).toContain("cat → dog");
  expect(html).toMatch(/href="data:image\/png;base64,[\w+/=]+"/);
  expect(html).not.toMatch(/<script|NaN|undefined|Infinity/);
  expect([...figures.keys()]).toEqual(
    expect.arrayContaining([
      ...["learning-rate.svg", "gradients.svg", "updates.svg", "wrong.svg"],
      ...["weights.svg", "activations.svg"],
    ]),
  );
  expect((await report(ledger, { run, language: "fr" })).html).toContain(
    "Les gradients s’évanouissent avant hidden.0",
  );
});

test("errors of numbers are drawn twice: beside the truth and alone", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  const samples = [
    { index: 3, expected: 10, answered: 12 },
    { index: 1, expected: 100, answered: 99 },
  ];
  const kept: Mistakes = { kind: "numbers", name: "sum", meanAbsolute: 1.5, samples };
  const object = await ledger.objects.put(JSON.stringify(kept));
  const payload = { part: "validation", looked: 2, samples: 2, object } as const;
  await ledger.append([{ type: "mistakes", run, payload }]);
  const { html, figures } = await report(ledger, { run });
  expect(html).toContain("Predictions and truth: sum (Validation)");
  expect(figures.get("errors.svg")?.match(/class="arrow"/g)).toHaveLength(4);
});

test("a run that has just begun", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("line-1")]);
  const { html, figures } = await report(ledger, { run: "last" });
  expect(html).toContain("No epoch was completed.");
  expect(figures.size).toBe(0);
  await expect(report(ledger, { run: "nobody" })).rejects.toThrow(/nobody/);
  await expect(report(ledger, { run: "last", language: "de" as "en" })).rejects.toThrow(
    'report: received "de" as language, expected one of en, fr.',
  );
});

test("the technical file has the same matrix, as a table where there are no pictures", async () => {
  const { ledger, run } = await reportedRun(digits);
  expect(await dossier(ledger, { run })).toContain("Confusion matrix (Test)");
  expect(await dossier(ledger, { run, format: "md" })).toMatch(
    /\| digit 3 \| 0 \| 0 \| 0 \| 903 \|/,
  );
});
