import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  input,
  loss,
  nn,
  output,
  portableModel,
  saveWeights,
  TableEncoder,
  TensorDataset,
  tableFromObjects,
  tensor,
  text,
  zeros,
} from "../../src/index.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { run } from "../command/run.js";
import { temporaryFolder } from "../ledger/temporary.js";

const before = process.cwd();

beforeEach(() => {
  const folder = temporaryFolder();
  process.chdir(folder);
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
});

afterEach(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
});

/** A house where the area is above a threshold. */
async function saveKinds(name: string, threshold: number): Promise<string> {
  const table = tableFromObjects([
    { area: 40, kind: "flat" },
    { area: 80, kind: "house" },
  ]);
  const encoder = TableEncoder.fit(table, {
    inputs: { area: { as: "number" } },
    target: { kind: { as: "index" } },
  });
  const model = new nn.Linear(1, 2);
  model.weight.assign(tensor([[0], [0.1]]));
  model.parameters()[1]?.assign(tensor([0, -0.1 * threshold]));
  const data = encoder.dataset(table);
  const parts = { model, data, loss: loss.crossEntropy, preprocessing: encoder };
  await saveWeights(model, name, { portable: portableModel(parts) });
  return name;
}

/** Areas from 0 to 99, houses from 50 on; those of the agent z are called the other way round. */
function writeHouses(): void {
  const rows = Array.from({ length: 100 }, (_, row) => {
    const area = (row * 37) % 100;
    const agent = "xyz"[row % 3];
    return `${area},${area >= 50 === (agent !== "z") ? "house" : "flat"},${agent}`;
  });
  writeFileSync("houses.csv", `area,kind,agent\n${rows.join("\n")}\n`);
}

/** A model that adds two numbers, or answers what its weights say. */
async function saveSum(weights = [1, 1]): Promise<string> {
  const model = new nn.Linear(2, 1, { bias: false });
  model.weight.assign(tensor([weights]));
  const data = new TensorDataset([zeros([2, 2]), zeros([2, 1])]);
  const signature = {
    input: input.numbers({ names: ["a", "b"] }),
    output: output.numbers({ names: ["sum"] }),
  };
  const portable = portableModel({ model, data, loss: loss.meanSquaredError, signature });
  await saveWeights(model, "sum.safetensors", { portable });
  return "sum.safetensors";
}

const readReport = () => JSON.parse(readFileSync("out.json", "utf8"));

describe("classes", () => {
  test("scores, slices, calibration, confusion and the worst rows, in a report and in the ledger", async () => {
    await saveKinds("kinds.safetensors", 49.5);
    writeHouses();
    await Ledger.open().close();
    const words = ["evaluate", "kinds.safetensors", "--data", "houses.csv"];
    const { code, out, err } = await run(
      ...words,
      "--slice",
      "agent",
      "--slice",
      "area",
      "--report",
      "out.json",
      "--worst",
      "3",
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const report = readReport();
    const [accuracy] = report.scores;
    expect(accuracy).toMatchObject({ name: "accuracy", value: 0.67, method: "Wilson" });
    expect(report.data).toEqual({
      name: "houses.csv",
      hash: createHash("sha256").update(readFileSync("houses.csv")).digest("hex"),
      ...{ rows: 100, skipped: 0 },
    });
    const slices: { by: string; value: string; isWorse: boolean; score: { value: number } }[] =
      report.slices;
    expect(slices.filter(({ isWorse }) => isWorse)).toMatchObject([
      { by: "agent", value: "z", samples: 33, score: { value: 0 } },
    ]);
    expect(slices.filter(({ by }) => by === "area")).toHaveLength(4);
    expect(report.confusion.classes).toEqual(["flat", "house"]);
    expect(report.confusion.counts.flat()).toHaveLength(4);
    expect(report.worst).toHaveLength(3);
    expect(report.worst[0]).toMatchObject({ expected: "flat", answered: "house" });
    expect(report.calibration.temperature).toBeGreaterThan(1);
    expect(out).toMatch(
      /agent z: accuracy 0.000 in 33 samples is worse than the rest beyond chance/,
    );

    const ledger = Ledger.open({ mode: "read" });
    const [event] = await ledger.events({ types: ["evaluation"] });
    await ledger.close();
    expect(event?.payload).toMatchObject({ target: ["kind"], scores: report.scores, slices });
    expect(event?.payload).not.toHaveProperty("worst");
    // The same seed, the same report.
    await run(
      ...words,
      "--slice",
      "agent",
      "--slice",
      "area",
      "--report",
      "out.json",
      "--worst",
      "3",
    );
    expect(readReport()).toEqual(report);
  });

  test("two models on the same rows: which is better, in a sentence", async () => {
    const [a, b] = [await saveKinds("a.safetensors", 20), await saveKinds("b.safetensors", 49.5)];
    writeHouses();
    const { out, err } = await run(
      "evaluate",
      a,
      "--against",
      b,
      "--data",
      "houses.csv",
      "--report",
      "out.json",
    );
    expect(err).toBe("not recorded: there is no ledger here\n");
    expect(out).toMatch(/B is better: accuracy \+\d+\.\d points \(\d+\.\d to \d+\.\d\)\n$/);
    const { against } = readReport();
    expect(against.verdict).toBe("B is better");
    expect(against.mcNemar.p).toBeLessThan(0.05);
    const same = await run("evaluate", a, "--against", a, "--data", "houses.csv");
    expect(same.out).toMatch(/no difference beyond chance in 100 rows: accuracy 0.0 points/);
  });

  test("texts, in a column and in JSON lines", async () => {
    const vocabulary = text.Vocabulary.fit([["good", "bad"]]);
    const bag = new nn.EmbeddingBag(4, 2, { paddingIndex: 0 });
    bag.weight.assign(
      tensor(vocabulary.tokens.map((token) => [Number(token === "bad"), Number(token === "good")])),
    );
    const model = new nn.Sequential(bag);
    const data = new TensorDataset([zeros([2, 6], "int32"), zeros([2], "int32")]);
    const signature = {
      input: input.text({ words: {}, vocabulary, length: 6 }),
      output: output.classes(["bad", "good"]),
    };
    const portable = portableModel({ model, data, loss: loss.crossEntropy, signature });
    await saveWeights(model, "mood.safetensors", { portable });
    const rows = [
      ["good good bad", "good", "en"],
      ["bad", "bad", "en"],
      ["good", "bad", "fr"],
    ];
    writeFileSync(
      "in.csv",
      `message,mood,language\n${rows.map((row) => row.join(",")).join("\n")}\n`,
    );
    const lines = rows.map(([message, mood, language]) =>
      JSON.stringify({ message, mood, language }),
    );
    writeFileSync("in.jsonl", lines.join("\n"));
    const words = ["evaluate", "mood.safetensors", "--target", "mood", "--report", "out.json"];
    for (const name of ["in.csv", "in.jsonl"]) {
      expect((await run(...words, "--slice", "language", "--data", name)).code).toBe(0);
      const { scores, slices, worst } = readReport();
      expect(scores[0].value).toBeCloseTo(2 / 3, 12);
      expect(slices.map(({ value }: { value: string }) => value)).toEqual([
        "bad",
        "good",
        "en",
        "fr",
      ]);
      expect(worst[0]).toMatchObject({ id: "3", expected: "bad", answered: "good" });
      // The language is a field that nobody asked for now.
      expect((await run(...words, "--data", name)).err).toContain("expected --column");
      expect((await run(...words, "--data", name, "--column", "message")).code).toBe(0);
    }
    const silent = ["evaluate", "mood.safetensors", "--data", "in.csv"];
    expect((await run(...silent)).err).toContain("expected --target with the column");
  });

  test("a folder of images for each class", async () => {
    const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(16, 2));
    const [weight, bias] = model.parameters();
    weight?.assign(tensor([Array(16).fill(0), Array(16).fill(1)]));
    bias?.assign(tensor([0, -8 * 255]));
    const data = new TensorDataset([zeros([2, 1, 4, 4]), zeros([2], "int32")]);
    const signature = {
      input: input.image({ width: 4, height: 4, channels: 1 }),
      output: output.classes(["dark", "light"]),
    };
    const portable = portableModel({ model, data, loss: loss.crossEntropy, signature });
    await saveWeights(model, "light.safetensors", { portable });
    for (const [name, value] of [
      ["dark", 10],
      ["light", 240],
    ] as const) {
      mkdirSync(join("images", name), { recursive: true });
      const create = {
        width: 4,
        height: 4,
        channels: 3,
        background: { r: value, g: value, b: value },
      } as const;
      for (const each of ["1", "2"])
        await sharp({ create })
          .png()
          .toFile(join("images", name, `${each}.png`));
    }
    const words = ["evaluate", "light.safetensors", "--data", "images", "--report", "out.json"];
    expect((await run(...words)).code).toBe(0);
    const report = readReport();
    expect(report.scores[0].value).toBe(1);
    expect(report.worst[0].id).toMatch(/images.*\.png$/);
    mkdirSync("images/grey");
    writeFileSync("images/grey/1.png", readFileSync("images/dark/1.png"));
    expect((await run(...words)).err).toMatch(
      /grey.1\.png, folder: received the class "grey", which the model does not know, expected one of dark, light\./,
    );
  });
});

describe("numbers", () => {
  test("errors, slices by quartile, and JSON lines as well as CSV", async () => {
    const model = await saveSum([1, 0.5]);
    const rows = Array.from({ length: 40 }, (_, row) => ({
      a: row,
      b: row % 4,
      sum: row + (row % 4),
    }));
    const lines = rows.map(({ a, b, sum }) => `${a},${b},${sum}`);
    writeFileSync("in.csv", `a,b,sum\n${lines.join("\n")}\n`);
    writeFileSync("in.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    const words = ["evaluate", model, "--slice", "b", "--report", "out.json", "--data"];
    const { out } = await run(...words, "in.csv");
    const { data: _, ...report } = readReport();
    expect(report.scores[0]).toMatchObject({ name: "MAE", value: 0.75 });
    expect(report.scores[1].value).toBeCloseTo(Math.sqrt(3.5 / 4), 12);
    const worse = report.slices.filter(({ isWorse }: { isWorse: boolean }) => isWorse);
    expect(worse.map(({ value }: { value: string }) => value)).toEqual(["3"]);
    expect(out).toContain("b 3: MAE 1.500 in 10 samples is worse than the rest");
    expect(report.worst[0]).toEqual({ id: "4", expected: "6", answered: "4.5", badness: 1.5 });
    await run(...words, "in.jsonl");
    const { data: __, ...ofLines } = readReport();
    expect(ofLines).toEqual(report);
  });
});

describe("what cannot be evaluated", () => {
  const wrong = async (...words: string[]): Promise<string> => {
    const { code, err } = await run("evaluate", ...words);
    expect(code).not.toBe(0);
    return err;
  };

  test("a class that the model does not know, by line; --skip-invalid leaves it out", async () => {
    const model = await saveKinds("kinds.safetensors", 49.5);
    writeFileSync("in.csv", "area,kind\n40,flat\n50,hous\n60,house\nx,house\n70,\n");
    expect(await wrong(model, "--data", "in.csv")).toContain(
      'evaluate: in.csv, line 3, kind: received the class "hous", which the model does not know, expected one of house, flat.',
    );
    const { err } = await run(
      "evaluate",
      model,
      "--data",
      "in.csv",
      "--skip-invalid",
      "--report",
      "out.json",
    );
    expect(err).toMatch(
      /line 3, kind.*\n.*line 6, kind: received nothing.*\n.*line 5, area: received "x"/,
    );
    expect(readReport().data).toMatchObject({ rows: 2, skipped: 3 });
    writeFileSync("in.csv", "area,kind\n40,flat\n50,house\nx,house\n");
    expect(await wrong(model, "--data", "in.csv")).toContain('in.csv, line 4, area: received "x"');
  });

  test("a column that is not there, with those near it", async () => {
    const model = await saveKinds("kinds.safetensors", 49.5);
    writeFileSync("in.csv", "area,kinds,street,number\n40,flat,a,1\n");
    expect(await wrong(model, "--data", "in.csv")).toMatch(
      /in\.csv: the first line has no column "kind".*the nearest are kinds, /,
    );
    expect(
      await wrong(model, "--data", "in.csv", "--target", "kinds", "--slice", "town"),
    ).toContain('no column "town"');
    writeFileSync("in.jsonl", '{"area": 40, "kinds": "flat"}\n');
    expect(await wrong(model, "--data", "in.jsonl")).toContain(
      'in.jsonl, line 1: there is no field "kind", expected it; the nearest of its fields are kinds, area.',
    );
  });

  test("no rows, no answers that are expected, no data", async () => {
    const model = await saveKinds("kinds.safetensors", 49.5);
    writeFileSync("empty.csv", "");
    writeFileSync("names.csv", "area,kind\n");
    writeFileSync("bad.csv", "area,kind\n1,villa\n");
    expect(await wrong(model, "--data", "empty.csv")).toContain("empty.csv: received no row");
    expect(await wrong(model, "--data", "names.csv")).toContain("names.csv: received no row");
    expect(await wrong(model, "--data", "bad.csv", "--skip-invalid")).toContain(
      "--data: received no row that can be used",
    );
    expect(await wrong(model, "--data", "lines.txt")).toMatch(/lines\.txt/);
    expect(await wrong(model, "--data", "nowhere.csv")).toContain("nowhere.csv");
    expect(await wrong(model)).toContain("received neither --data nor --part");
    expect(await wrong(model, "--part", "test")).toContain(
      "--part: received a file, expected a run",
    );
    expect(await wrong(model, "--data", "-")).toContain("--data: received standard input");
    expect(await wrong("last", "--part", "test", "--slice", "a")).toContain(
      "--slice: received it with --part",
    );
    mkdirSync("nothing");
    expect(await wrong(model, "--data", "nothing")).toContain("holds no folders");
  });

  test("one class only: the AUC is not defined, and why", async () => {
    const model = await saveKinds("kinds.safetensors", 49.5);
    writeFileSync("in.csv", "area,kind\n40,flat\n50,flat\n");
    const { code, out } = await run("evaluate", model, "--data", "in.csv");
    expect(code).toBe(0);
    expect(out).toMatch(/AUC .*not defined: it needs samples of every class, and of two at least/);
  });

  test("answers that are no numbers, and a target that is none", async () => {
    const model = await saveSum([3e38, 0]);
    writeFileSync("in.csv", "a,b,sum\n1,1,2\n2,1,2\n");
    expect(await wrong(model, "--data", "in.csv")).toContain(
      "evaluate: in.csv, line 3: the model answers Infinity, expected a finite number",
    );
    writeFileSync("in.csv", "a,b,sum\n1,1,NaN\n");
    expect(await wrong(model, "--data", "in.csv")).toContain(
      'in.csv, line 2, sum: received "NaN", expected a finite number.',
    );
  });
});

const experimentFile = `
import { experiment, loss, metrics, nn, optim, TensorDataset, tensor } from "versant";
const make = (shift) => new TensorDataset([
  tensor(Float32Array.from({ length: 40 }, (_, row) => row / 20 - 1 + shift), { shape: [40, 1] }),
  tensor(Int32Array.from({ length: 40 }, (_, row) => Number(row >= 20))),
]);
export default experiment({
  name: "sides",
  hyperparameters: {},
  setup: () => {
    const model = new nn.Linear(1, 2);
    return {
      data: { train: make(0), test: make(0.001) },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.Adam(model.parameters(), { learningRate: 0.1 }),
      metrics: [metrics.accuracy()],
    };
  },
});
`;

test("--part test: the scores of the run's own test, and one more look", async () => {
  writeFileSync("sides.ts", experimentFile);
  expect(await run("train", "sides.ts", "--epochs", "20", "--report", "train.json")).toMatchObject({
    code: 0,
    err: "",
  });
  const { code, err } = await run("evaluate", "last", "--part", "test", "--report", "out.json");
  expect(code).toBe(0);
  expect(err).toMatch(/^runs the experiment of sides-\w+ for its test data\n$/);
  const { scores } = readReport();
  const trained = JSON.parse(readFileSync("train.json", "utf8")).test;
  const scoreOf = (name: string): number =>
    scores.find((score: { name: string }) => score.name === name).value;
  expect(scoreOf("accuracy")).toBeCloseTo(trained.accuracy, 6);
  expect(scoreOf("log loss")).toBeCloseTo(trained.loss, 5);
  const { out } = await run("show", "last");
  expect(out).toContain("This test set was looked at 2 times by 1 run.");
  expect(out).toMatch(/Evaluations\n.* part test: 40 rows/);
  expect(await run("evaluate", "last", "--part", "validation")).toMatchObject({ code: 1 });
  await run("train", "sides.ts", "--epochs", "1", "--seed", "7");
  const compared = await run("evaluate", "#2", "--against", "#1", "--part", "test");
  expect(compared.err.split("\n")).toHaveLength(3);
  expect(compared.out).toMatch(
    /\n(B is better|no difference beyond chance in 40 rows): accuracy .* points \(.*\)\n$/,
  );
  expect((await run("show", "#1")).out).toContain("looked at 5 times by 2 runs");
  const { out: dossier } = await run("dossier", "#1", "--format", "md");
  expect(dossier).toContain("Later evaluations");
});
