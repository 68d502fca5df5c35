import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arange, StreamLoader, tensor } from "@versant/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { calendarSeries, variables } from "../../../examples/support/calendar.js";
import { meanRecall, scoresOfDigits, thinned } from "../../../examples/support/rareDigits.js";
import { rents } from "../../../examples/support/rents.js";
import { births } from "../src/datasets/births.js";
import type { MnistPart } from "../src/datasets/mnist.js";
import { loadExperiment } from "../src/experiment/load.js";
import { Run } from "../src/experiment/run.js";
import { checkLeaks } from "../src/honesty/inspectData.js";
import { datasetOf } from "./datasetOf.js";

const prepare = async (name: string, hyperparameters = {}): Promise<Run> => {
  const file = fileURLToPath(new URL(`../../../examples/${name}.ts`, import.meta.url));
  return Run.prepare(await loadExperiment(file), { hyperparameters });
};

describe("examples/births.ts", () => {
  test("forecasts from what is known, and tests on years that nobody trained on", async () => {
    const { train, validation, test: kept } = (await prepare("births")).setup.data;
    expect([train, validation, kept].map((part) => part?.length)).toEqual([5087, 725, 1083]);
    // The first forecast of the test is that of the first days of 1986, from the four weeks before.
    const { births: born, dates } = births();
    const day = dates.findIndex((date) => date.toISOString().startsWith("1986-01-01"));
    const [past, future] = datasetOf(kept).take(tensor(Int32Array.of(0)));
    expect(past?.shape).toEqual([1, 28, variables.length]);
    expect(future?.shape).toEqual([1, 7, 1]);
    const values = future?.dataSync() ?? [];
    const scale = ((values[1] ?? 0) - (values[0] ?? 0)) / ((born[day + 1] ?? 0) - (born[day] ?? 0));
    values.forEach((value, position) => {
      const difference = (born[day + position] ?? 0) - (born[day] ?? 0);
      expect(value - (values[0] ?? 0)).toBeCloseTo(difference * scale, 4);
    });
  });

  test("its calendar looks ahead to holidays, and back to the year before", () => {
    const { births: born, dates } = births();
    const { series, dates: known } = calendarSeries({
      births: born,
      dates,
      weekdays: births().weekdays,
    });
    const eve = known.findIndex((date) => date.toISOString().startsWith("1975-12-18"));
    const row = series.take(tensor(Int32Array.of(eve))).dataSync();
    const day = dates.indexOf(known[eve] as Date);
    expect([row[0], row[1], row[2]]).toEqual([born[day], born[day + 7 - 364], 1]);
    // A Thursday.
    expect([...row.subarray(5)]).toEqual([0, 0, 0, 1, 0, 0, 0]);
  });

  test("is better than both naive forecasts after a few epochs", async () => {
    const run = await prepare("births", { epochs: 4, width: 16 });
    await run.fit();
    const { report = {}, lines = [] } = (await run.inspect()) ?? {};
    // After its own 60 epochs the error is 202.
    expect(Number(report.weekBefore)).toBeCloseTo(301.7, 1);
    expect(Number(report.yearBefore)).toBeCloseTo(289.4, 1);
    expect(Number(report.network)).toBeLessThan(Number(report.yearBefore));
    expect(lines.at(-1)).toMatch(/^the network +mean absolute error \d+\.\d births a day$/);
  }, 60_000);
});

describe("examples/overfitting.ts", () => {
  test("shows the curves part, and each cure keep them together", async () => {
    const run = await prepare("overfitting", {
      width: 32,
      epochs: 60,
      learningRate: 0.05,
      batchSize: 60,
    });
    await run.fit();
    const { report = {}, lines = [] } = (await run.inspect()) ?? {};
    const cures = report.cures as Record<string, Record<string, number>>;
    const { none, ...others } = cures;
    expect(Object.keys(others)).toEqual(["L1", "L2", "elasticNet", "dropout", "earlyStopping"]);
    expect(none?.validation).toBeGreaterThan(2 * (none?.train ?? 0));
    for (const cure of Object.values(others)) {
      expect(cure.validation).toBeLessThan(0.75 * (none?.validation ?? 0));
      expect(cure.test).toBeLessThan(0.75 * (none?.test ?? 0));
    }
    expect(others.earlyStopping?.epochs).toBeLessThan(60);
    expect(lines[1]).toMatch(/^epoch +6 {2}\d\.\d{3} {2}\d\.\d{3} +[ox]/);
  }, 120_000);
});

describe("examples/imbalanced.ts", () => {
  test("has a hundredth of the rare digits, and what each remedy makes of them", async () => {
    const size = async (remedy: string) =>
      (await prepare("imbalanced", { remedy })).setup.data.train.length;
    expect(await size("none")).toBe(42_944);
    expect(await size("weights")).toBe(42_944);
    expect(await size("oversampling")).toBe(10 * 6742);
    expect(await size("undersampling")).toBe(10 * 55);
  });

  test("moves the rare digits only, by two pixels at most, and keeps their ink", async () => {
    // A dot in the middle of ten images, one of each digit.
    const images = new Uint8Array(10 * 784);
    for (let digit = 0; digit < 10; digit++) images[digit * 784 + 14 * 28 + 14] = 255;
    const part: MnistPart = {
      images: tensor(images, { shape: [10, 784] }),
      labels: tensor(Uint8Array.from({ length: 10 }, (_, digit) => digit)),
    };
    const { moved, labels } = thinned(part);
    expect([...labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const places = new Set<number>();
    for (let draw = 0; draw < 40; draw++) {
      const [inputs] = moved.take(arange(10));
      expect(inputs.sum().itemSync()).toBe(10);
      inputs
        .argmax(1)
        .dataSync()
        .forEach((pixel, digit) => {
          const [row, column] = [Math.floor(pixel / 28) - 14, (pixel % 28) - 14];
          if (![2, 5, 8].includes(digit)) expect([row, column]).toEqual([0, 0]);
          expect(Math.max(Math.abs(row), Math.abs(column))).toBeLessThanOrEqual(2);
          places.add(5 * row + column);
        });
    }
    expect(places.size).toBe(25);
    expect((await checkLeaks({ train: moved })).random).toEqual(["train"]);
  });

  test("measures recall by digit", () => {
    const scores = tensor([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ]);
    const digits = scoresOfDigits(scores, tensor(Int32Array.of(0, 1, 1)));
    expect(digits.slice(0, 2).map(({ recall }) => recall)).toEqual([1, 0.5]);
    // Of 2, 5 and 8 there is none; of the seven others 0 and 1 are read.
    expect([meanRecall(digits, true), meanRecall(digits, false)]).toEqual([0, 1.5 / 7]);
  });
});

describe("examples/table.ts", () => {
  test("learns rents from its file, with dates, categories and gaps", async () => {
    const run = await prepare("table", { epochs: 20 });
    const { train, validation, test: kept } = run.setup.data;
    expect([train, validation, kept].map((part) => datasetOf(part).length)).toEqual([560, 80, 160]);
    // Area, rooms, year built, time; whether the year is missing; four of heating; two of the month.
    const [features, indices] = datasetOf(train).take(tensor(Int32Array.of(0)));
    expect([features?.shape, indices?.shape]).toEqual([
      [1, 11],
      [1, 1],
    ]);
    await run.fit();
    const { report = {}, lines = [] } = (await run.inspect()) ?? {};
    const { estimate, low, high } = report.r2 as Record<string, number>;
    expect(estimate).toBeGreaterThan(0.9);
    expect(low).toBeLessThan(Number(estimate));
    expect(high).toBeGreaterThan(Number(estimate));
    expect(lines[0]).toMatch(/^R² +0\.9\d\d \(95 %: 0\.\d{3} to 0\.\d{3}\)$/);
  });

  test("its file is what is said of it", () => {
    const file = new URL("../../../examples/data/rents.csv", import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(rents(800));
  });
});

describe("examples/photos.ts", () => {
  // The example removes its pictures when its process ends, which that of tests does in its own way.
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "versant-tests-"));
    for (const name of ["TMPDIR", "TEMP"]) vi.stubEnv(name, folder);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  test("reads pictures that it has drawn, in batches of a worker, and trains on them", async () => {
    const run = await prepare("photos", { pictures: 16, epochs: 1, batchSize: 24, channels: 2 });
    const { train, test: kept } = run.setup.data;
    expect([train, kept]).toMatchObject([
      { samples: 48, length: 2 },
      { samples: 150, length: 3 },
    ]);
    if (!(kept instanceof StreamLoader)) throw new TypeError("photos: expected a StreamLoader.");
    for await (const [images, labels] of kept.batches(0)) {
      // Not shuffled, so the first fifty are circles; ink is light and the ground dark.
      expect(images?.shape).toEqual([50, 3, 32, 32]);
      expect(new Set(labels?.dataSync())).toEqual(new Set([0]));
      expect(Number(images?.max().itemSync())).toBeGreaterThan(1);
      expect(Number(images?.min().itemSync())).toBeLessThan(-1);
      break;
    }
    await run.fit();
    expect(Number.isFinite((await run.test())?.loss)).toBe(true);
  });
});
