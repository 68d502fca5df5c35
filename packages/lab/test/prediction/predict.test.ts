import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { loadExperiment } from "../../src/experiment/load.js";
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
import { openModel } from "../../src/model/openModel.js";
import { predictSamples } from "../../src/prediction/predictSamples.js";
import { samplesOf } from "../../src/prediction/samplesOf.js";
import { recordRun } from "../../src/recording/recordRun.js";
import { start } from "../command/process.js";
import { fixture, run } from "../command/run.js";
import { temporaryFolder } from "../ledger/temporary.js";

let folder: string;
const before = process.cwd();

beforeEach(() => {
  folder = temporaryFolder();
  process.chdir(folder);
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
});

afterEach(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
});

/** A model that adds two numbers. */
async function saveSum(): Promise<string> {
  const model = new nn.Linear(2, 1, { bias: false });
  model.weight.assign(tensor([[1, 1]]));
  const data = new TensorDataset([zeros([2, 2]), zeros([2, 1])]);
  const signature = {
    input: input.numbers({ names: ["a", "b"] }),
    output: output.numbers({ names: ["sum"], units: ["kg"] }),
  };
  const portable = portableModel({ model, data, loss: loss.meanSquaredError, signature });
  await saveWeights(model, "sum.safetensors", { portable });
  return "sum.safetensors";
}

describe("what comes out", () => {
  beforeEach(async () => {
    await saveSum();
    writeFileSync("in.csv", 'name,b,a\n"x,y",2,1\nz,4,3.5\n');
  });

  test.each([
    ["csv", 'id,sum\r\n"x,y",3\r\nz,7.5\r\n'],
    ["json", '[\n{"id":"x,y","numbers":{"sum":3}},\n{"id":"z","numbers":{"sum":7.5}}\n]\n'],
    ["jsonl", '{"id":"x,y","numbers":{"sum":3}}\n{"id":"z","numbers":{"sum":7.5}}\n'],
    ["text", "3 kg\n7.5 kg\n"],
  ])("%s, on standard output or in a file", async (format, expected) => {
    const words = ["predict", "sum.safetensors", "in.csv", "--id", "name"];
    expect(await run(...words, "--format", format)).toEqual({ code: 0, out: expected, err: "" });
    const to = `out.${format === "text" ? "txt" : format}`;
    const out = `wrote 2 answers to ${to}\n`;
    expect(await run(...words, "--to", to)).toEqual({ code: 0, out, err: "" });
    expect(readFileSync(to, "utf8")).toBe(expected);
  });

  test("a file is not there in part", async () => {
    writeFileSync("bad.csv", "a,b\n1,2\n1,x\n");
    writeFileSync("out.csv", "as it was");
    const { code, err } = await run("predict", "sum.safetensors", "bad.csv", "--to", "out.csv");
    expect({ code, err }).toEqual({
      code: 1,
      err: 'versant: predict: bad.csv, line 3, b: received "x", expected a finite number up to 3.4e38.\n',
    });
    expect(readFileSync("out.csv", "utf8")).toBe("as it was");
    const nowhere = await run("predict", "sum.safetensors", "in.csv", "--to", "no/out.csv");
    expect(nowhere.err).toContain(
      "--to: cannot write no/out.csv (ENOENT: no such file or directory); expected the path",
    );
    const read = readFileSync("in.csv", "utf8");
    const itself = await run("predict", "sum.safetensors", "in.csv", "--to", "./in.csv");
    expect(itself.err).toContain("--to: received ./in.csv, which is read as well");
    expect(readFileSync("in.csv", "utf8")).toBe(read);
  });

  test("--skip-invalid names what is left out, and keeps order and numbers", async () => {
    writeFileSync("bad.csv", "a,b\n1,2\n1,x\nNaN,2\n5,6\n3e38,3e38\n");
    const { code, out, err } = await run("predict", "sum.safetensors", "bad.csv", "--skip-invalid");
    expect({ code, out }).toEqual({ code: 0, out: "id,sum\r\n1,3\r\n4,11\r\n" });
    expect(err).toMatch(
      /^left out: .*line 3, b: .*\nleft out: .*line 4, a: received "NaN".*\nleft out: .*line 6: .*Infinity.*\n3 left out\n$/,
    );
    writeFileSync("worse.csv", "a,b\nx,2\n");
    const none = await run("predict", "sum.safetensors", "worse.csv", "--skip-invalid");
    expect(none.out).toBe("id,sum\r\n");
  });
});

describe("what goes in", () => {
  const answers = async (...words: string[]): Promise<string[]> => {
    const { code, out, err } = await run("predict", ...words, "--format", "text");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    return out.trimEnd().split("\n");
  };

  test("JSON, a sample a line or in a list, by name or by place", async () => {
    const model = await saveSum();
    writeFileSync("in.jsonl", '{"a": 1, "b": 2}\n\n[3, 4]\n');
    writeFileSync("in.json", '[{"a": 1, "b": 2, "key": "k"}]');
    expect(await answers(model, "in.jsonl")).toEqual(["3 kg", "7 kg"]);
    expect(await answers(model, "in.json", "--id", "key")).toEqual(["3 kg"]);
    writeFileSync("in.jsonl", '{"a": 1, "b": 2}\n{"a": 1\n');
    expect((await run("predict", model, "in.jsonl")).err).toContain(
      "in.jsonl, line 2: received no JSON",
    );
    writeFileSync("in.json", "{}");
    expect((await run("predict", model, "in.json")).err).toContain("expected a list of samples");
    writeFileSync("in.jsonl", "[1, 1e999]\n");
    expect((await run("predict", model, "in.jsonl")).err).toContain("line 1, b: received Infinity");
  });

  test("rows of a table, and columns that are not there", async () => {
    const table = tableFromObjects([
      { area: 40, town: "Rome", kind: "flat" },
      { area: 80, town: "Oslo", kind: "house" },
    ]);
    const encoder = TableEncoder.fit(table, {
      inputs: { area: { as: "number", missing: 50 }, town: { as: "oneHot" } },
      target: { kind: { as: "index" } },
    });
    const model = new nn.Linear(3, 2, { bias: false });
    model.weight.assign(
      tensor([
        [0, 0, 0],
        [0.1, 0, 0],
      ]).sub(tensor([[0], [0.05]])),
    );
    const data = encoder.dataset(table);
    const parts = { model, data, loss: loss.crossEntropy, preprocessing: encoder };
    await saveWeights(model, "kinds.safetensors", { portable: portableModel(parts) });
    writeFileSync("in.csv", "town,area,other\nRome,40,1\nOslo,,2\n");
    const { out } = await run("predict", "kinds.safetensors", "in.csv");
    const [header, first] = out.split("\r\n");
    expect(header).toBe("id,class,probability,probability_flat,probability_house");
    expect(first).toMatch(/^1,house,0\.87\d+,0\.12\d+,0\.87\d+$/);
    writeFileSync("in.csv", "area,other\n40,1\n");
    const { code, err } = await run("predict", "kinds.safetensors", "in.csv");
    expect(code).toBe(1);
    expect(err).toContain(
      'the first line has no column "town", expected it once; its columns are area, other',
    );
    writeFileSync("in.csv", "area,town\n40,Paris\n");
    expect((await run("predict", "kinds.safetensors", "in.csv")).err).toContain(
      'in.csv, line 2, town: received "Paris"',
    );
  });

  test("lines of text, whole files, and a column of a CSV file", async () => {
    const vocabulary = text.Vocabulary.fit([["good", "bad"]]);
    const model = new nn.Sequential(new nn.EmbeddingBag(4, 2, { paddingIndex: 0 }));
    const [bag] = model.children() as [nn.EmbeddingBag];
    const rows = vocabulary.tokens.map((token) => [
      Number(token === "bad"),
      Number(token === "good"),
    ]);
    bag.weight.assign(tensor(rows));
    const data = new TensorDataset([zeros([2, 6], "int32"), zeros([2], "int32")]);
    const signature = {
      input: input.text({ words: {}, vocabulary, length: 6 }),
      output: output.classes(["bad", "good"]),
    };
    const portable = portableModel({ model, data, loss: loss.crossEntropy, signature });
    await saveWeights(model, "mood.safetensors", { portable });
    writeFileSync("in.txt", "good good bad\r\n\r\nbad\n");
    writeFileSync("in.csv", "id,message\n1,bad good good\n");
    expect(await answers("mood.safetensors", "in.txt")).toEqual(["good", "bad"]);
    expect(await answers("mood.safetensors", "in.txt", "--whole")).toHaveLength(1);
    expect(await answers("mood.safetensors", "in.csv", "--column", "message")).toEqual(["good"]);
    expect(await answers("mood.safetensors", "in.csv", "--id", "id")).toEqual(["good"]);
    const { err } = await run("predict", "mood.safetensors", "in.csv");
    expect(err).toContain("expected --column");
  });

  test("files of images and folders of them", async () => {
    const model = new nn.Linear(1, 2);
    model.weight.assign(tensor([[-1], [1]]));
    model.bias?.assign(tensor([128, -128]));
    const data = new TensorDataset([zeros([2, 1], "uint8"), zeros([2], "int32")], {
      transform: (pixels, labels) => [pixels.cast("float32"), labels],
    });
    const signature = {
      input: input.image({ width: 1, height: 1 }),
      output: output.classes(["dark", "light"]),
    };
    const portable = portableModel({ model, data, loss: loss.crossEntropy, signature });
    await saveWeights(model, "light.safetensors", { portable });
    mkdirSync("pictures/more", { recursive: true });
    const draw = (grey: number, path: string) =>
      sharp({
        create: { width: 4, height: 3, channels: 3, background: { r: grey, g: grey, b: grey } },
      })
        .png()
        .toFile(path);
    await draw(250, "pictures/b.png");
    await draw(5, "pictures/more/a.PNG");
    const { out } = await run("predict", "light.safetensors", "pictures", "pictures/more/a.PNG");
    expect(out.split("\r\n").map((line) => line.split(",").slice(0, 2))).toEqual([
      ["id", "class"],
      [join("pictures", "b.png"), "light"],
      [join("pictures", "more", "a.PNG"), "dark"],
      ["pictures/more/a.PNG", "dark"],
      [""],
    ]);
    writeFileSync("pictures/c.png", "no picture");
    const { err } = await run("predict", "light.safetensors", "pictures");
    expect(err).toContain(`${join("pictures", "c.png")}: received 10 bytes that are neither`);
    mkdirSync("empty");
    expect((await run("predict", "light.safetensors", "empty")).err).toContain("holds no .png");
    expect((await run("predict", "light.safetensors", "nothing")).err).toContain("ENOENT");
    expect((await run("predict", "light.safetensors", "light.safetensors")).err).toContain("--as");
  });
});

test("names files and folders that no sample of the model can come from", async () => {
  const sum = await saveSum();
  mkdirSync("scans");
  writeFileSync("scans/sample.jpg", "");
  writeFileSync("notes.txt", "1,2\n");
  writeFileSync("tiers.ts", "export {};\n");
  for (const [path, what] of [
    ["scans", "PNG or JPEG files, or a folder of them"],
    ["scans/sample.jpg", "PNG or JPEG files, or a folder of them"],
    ["notes.txt", "a file of text"],
  ] as const) {
    expect(await run("predict", sum, path)).toMatchObject({
      code: 1,
      err: `versant: predict: received ${path} (${what}) for a model of numbers, expected a CSV file or JSON.\n`,
    });
  }
  const encoder = TableEncoder.fit(tableFromObjects([{ a: 1 }, { a: 2 }]), {
    inputs: { a: { as: "standard" } },
  });
  const table = { kind: "table", encoder: encoder.toJSON() } as const;
  const first = async (path: string) => samplesOf([path], table, {}).next();
  await expect(first("tiers.ts")).rejects.toThrow(
    "predict: received tiers.ts, expected a name that ends with .csv",
  );
  await expect(first("scans")).rejects.toThrow("for a model of rows of a table, expected a CSV");
});

describe("a trained model", () => {
  test("answers by its end and by its best checkpoint", async () => {
    const { out } = await run("train", fixture("line.ts"), "--epochs", "20");
    writeFileSync("in.csv", "x\n10\n");
    const end = await run("predict", "last", "in.csv", "--format", "text");
    expect(Number(end.out).toFixed(1)).toBe(/^at 10: (.*)$/m.exec(out)?.[1]);
    const best = await run("predict", "last@best", "in.csv", "--format", "text");
    // The loss of this run falls to its end, in epochs of less than a millisecond.
    expect(best).toEqual(end);
    const file = "best.safetensors";
    await run("export", "last@best", "--format", "safetensors", "--to", file);
    const again = await run("predict", file, "in.csv", "--format", "text");
    expect(again).toMatchObject({ code: 0, out: best.out });
    expect((await run("export", file, "--format", "safetensors", "--to", `./${file}`)).err).toMatch(
      /^versant: export: received one file as the model and as --to, expected another place/,
    );
  });

  test("of a run that was interrupted is told of, wherever it is used", async () => {
    writeFileSync("in.csv", "x\n10\n");
    writeFileSync("labelled.csv", "x,y\n10,21\n20,41\n");
    const file = fixture("line.ts");
    const line = await loadExperiment(file);
    const ledger = Ledger.open();
    const later = new AbortController();
    const callbacks = [{ onEpochEnd: () => later.abort() }];
    const { name } = await recordRun(ledger, line, { file, callbacks, signal: later.signal });
    await ledger.close();
    const err = `${name} was interrupted after epoch 1; \`versant resume ${name}\` finishes it\n`;
    for (const words of [
      ["predict", name, "in.csv"],
      ["evaluate", name, "--data", "labelled.csv", "--target", "y"],
      ["export", name, "--format", "safetensors", "--to", "line.safetensors"],
      ["export", name, "--format", "onnx", "--to", "line.onnx"],
    ]) {
      expect(await run(...words)).toMatchObject({ code: 0, err });
    }
  });

  test("says at its end, and when it is asked, why it has no graph", async () => {
    const flags = ["--no-ledger", "--weights", "random.safetensors"];
    const trained = await run("train", fixture("random.ts"), "--epochs", "1", ...flags);
    expect(trained).toMatchObject({ code: 0, err: "" });
    expect(trained.out).toMatch(/^Only its own code can use this model: .*random/m);
    writeFileSync("in.csv", "x\n1\n");
    const { code, err } = await run("predict", "random.safetensors", "in.csv");
    expect(code).toBe(1);
    expect(err).toMatch(/cannot be used without the code of its author: .*random/);
  });
});

describe("as a process", () => {
  test("reads standard input, and ends in silence when nobody reads on", async () => {
    await saveSum();
    const piped = start(folder, ["predict", "sum.safetensors", "-", "--as", "csv"]);
    piped.child.stdin.end("a,b\n1,2\n");
    expect(await piped.finished).toEqual({ code: 0, out: "id,sum\r\n1,3\r\n", err: "" });

    const endless = start(folder, ["predict", "sum.safetensors", "-", "--format", "text"]);
    onTestFinished(() => void endless.child.kill("SIGKILL"));
    endless.child.stdin.on("error", () => {});
    const lines = Readable.from(
      (function* () {
        for (;;) yield "[1, 2]\n".repeat(1000);
      })(),
    );
    lines.pipe(endless.child.stdin);
    await endless.printed(/3 kg\n/);
    endless.child.stdout.destroy();
    const { code, err } = await endless.finished;
    lines.destroy();
    expect({ code, err }).toEqual({ code: 141, err: "" });
  });
});

test("samples are read as they are needed, a batch at a time", async () => {
  const model = await openModel(`./${await saveSum()}`);
  let read = 0;
  async function* samples() {
    for (let number = 1; number <= 100; number++) {
      read++;
      yield { id: `${number}`, place: `row ${number}`, sample: [number, 1] };
    }
  }
  let answered = 0;
  for await (const [id, answer] of predictSamples(model, samples(), { batch: 8 })) {
    answered++;
    expect(id).toBe(`${answered}`);
    expect(answer).toEqual({ numbers: { sum: answered + 1 } });
    expect(read - answered).toBeLessThan(8);
  }
  expect(answered).toBe(100);
});

test("a model of several inputs takes columns by their names, or says what it takes", async () => {
  writeFileSync("in.csv", "age,height\n30,1.8\n");
  const age = { kind: "numbers", dtype: "float32", shape: [] } as const;
  const body = { ...age, shape: [1], names: ["height"] } as const;
  const several = { kind: "several", inputs: { age, body } } as const;
  const read = samplesOf(["in.csv"], several, {});
  expect((await read.next()).value).toEqual({
    id: "1",
    place: "predict: in.csv, line 2",
    sample: { age: 30, body: { height: 1.8 } },
  });
  const many = { kind: "several", inputs: { age: { ...age, shape: [9] } } } as const;
  await expect(samplesOf(["in.csv"], many, {}).next()).rejects.toThrow("expected JSON lines");
});
