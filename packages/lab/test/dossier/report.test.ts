import { expect, test } from "vitest";
import { dossier } from "../../src/dossier/dossier.js";
import { report } from "../../src/dossier/report.js";
import type { ConfusionRecord } from "../../src/ledger/insightEvents.js";
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
