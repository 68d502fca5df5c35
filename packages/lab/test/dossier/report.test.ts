import { expect, test } from "vitest";
import { dossier } from "../../src/dossier/dossier.js";
import { report } from "../../src/dossier/report.js";
import type { ConfusionRecord } from "../../src/ledger/insightEvents.js";
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
    ["fr", ["Rapport d’un essai", "Matrice de confusion (Test)", "Hyperparamètres"]],
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
