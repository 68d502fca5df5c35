import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GraphModel, nn, tensor, zeros } from "@versant/core";
import { describe, expect, test } from "vitest";
import type { Draft } from "../../../src/ledger/events.js";
import { crc32c } from "../../../src/ledger/export/tfRecord.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
} from "../../../src/weights/safetensors.js";
import { endedDraft, startedDraft, temporaryFolder } from "../../ledger/temporary.js";
import { run } from "../run.js";
import { commandLedger, twoRuns } from "./filled.js";

describe("crc32c", () => {
  // RFC 3720, B.4.
  test.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(255), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    [Buffer.from("123456789"), 0xe3069283],
  ])("has the values of the standard", (bytes, sum) => expect(crc32c(bytes)).toBe(sum));
});

/** The records of a TFRecord file, their sums checked. */
function records(bytes: Buffer): Buffer[] {
  const masked = (data: Uint8Array): number => {
    const sum = crc32c(data);
    return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
  };
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    expect(bytes.readUInt32LE(at + 8)).toBe(masked(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(masked(data));
    found.push(data);
    at += 16 + length;
  }
  return found;
}

/** The fields of a message: numbers of varints, bytes of the others. */
function fields(bytes: Buffer): Map<number, number | Buffer> {
  const found = new Map<number, number | Buffer>();
  let at = 0;
  const varint = (): number => {
    for (let value = 0, unit = 1; ; unit *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const sizes: Readonly<Record<number, () => number>> = { 1: () => 8, 2: varint, 5: () => 4 };
    const size = sizes[key & 7];
    if (size) {
      const length = size();
      found.set(key >> 3, bytes.subarray(at, at + length));
      at += length;
    } else found.set(key >> 3, varint());
  }
  return found;
}

const inner = (message: Map<number, number | Buffer>, field: number) =>
  fields(message.get(field) as Buffer);

describe("versant export", () => {
  test("writes events that TensorBoard reads", async () => {
    await twoRuns();
    const output = join(temporaryFolder(), "logs");
    const result = await run("export", "a", "--format", "tensorboard", "--to", output);
    expect(result).toMatchObject({ code: 0, out: `wrote 1 run to ${output}\n` });
    const [name = ""] = readdirSync(join(output, "a"));
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\.versant$/);
    const [first, ...others] = records(readFileSync(join(output, "a", name))).map(fields);
    expect(first?.get(3)?.toString()).toBe("brain.Event:2");
    const scalars = others.map((event) => {
      const value = inner(inner(event, 5), 1);
      return [String(value.get(1)), event.get(2), (value.get(2) as Buffer).readFloatLE()];
    });
    expect(scalars).toContainEqual(["validation.accuracy", 20, Math.fround(0.7)]);
    expect(scalars).toContainEqual(["step.loss", 300, 0.25]);
    expect(scalars).toContainEqual(["test.loss", 300, 0.5]);
  });

  test("writes the file store of MLflow, and nothing beside the run's place", async () => {
    const ledger = await twoRuns();
    const hyperparameter = {
      source: "flag",
      declaration: { kind: "flag", default: true, about: "" },
    };
    const evil = { ...hyperparameter, name: "../../up", value: true } as const;
    await ledger.append([startedDraft("c", { hyperparameters: [evil as never] })]);
    const output = join(temporaryFolder(), "mlruns");
    for (let twice = 0; twice < 2; twice++) {
      const { code } = await run("export", "--all", "--format", "mlflow", "--to", output);
      expect(code).toBe(0);
    }
    const [experiment = "", ...otherExperiments] = readdirSync(output);
    expect(otherExperiments).toEqual([]);
    expect(readFileSync(join(output, experiment, "meta.yaml"), "utf8")).toMatch(
      new RegExp(`^experiment_id: "${experiment}"$.*^name: "line"$`, "ms"),
    );
    const runs = readdirSync(join(output, experiment)).filter((name) => name !== "meta.yaml");
    expect(runs).toHaveLength(3);
    const read = (id: string, ...path: string[]): string =>
      readFileSync(join(output, experiment, id, ...path), "utf8");
    const a = runs.find((id) => read(id, "meta.yaml").includes('run_name: "a"')) ?? "";
    expect(read(a, "meta.yaml")).toMatch(/^status: 3$/m);
    expect(read(a, "meta.yaml")).toContain(`run_id: "${a}"`);
    expect(read(a, "params", "learningRate")).toBe("0.1");
    expect(read(a, "metrics", "validation.accuracy")).toMatch(/^\d{13} 0\.5 10\n\d{13} 0\.7 20\n$/);
    expect(read(a, "tags", "versant.data")).toBe("da7a");
    const c = runs.find((id) => read(id, "meta.yaml").includes('run_name: "c"')) ?? "";
    expect(readdirSync(join(output, experiment, c, "params"))).toEqual(["___.._up", "seed"]);
  });

  test("writes tables that a spreadsheet reads", async () => {
    await twoRuns();
    const output = temporaryFolder();
    await run("export", "#1", "b", "--format", "csv", "--to", output);
    const points = readFileSync(join(output, "points.csv"), "utf8").split("\r\n");
    expect(points[0]).toBe("run,name,step,time,value");
    expect(
      points.filter((line) => /^a,validation\.accuracy,20,[^,]*,0\.7$/.test(line)),
    ).toHaveLength(1);
    const [header = "", a = ""] = readFileSync(join(output, "runs.csv"), "utf8").split("\r\n");
    const column = (name: string): string | undefined =>
      a.split(",")[header.split(",").indexOf(name)];
    expect(column("id")).toBe("a");
    expect(column("hyperparameter.learningRate")).toBe("0.1");
    expect(column("score.test.loss")).toBe("0.5");
    // A reason with a comma and quotes.
    expect(readFileSync(join(output, "runs.csv"), "utf8")).toContain('"it said ""no"", twice"');
  });

  test("writes JSON, complete or not at all", async () => {
    await twoRuns();
    const output = join(temporaryFolder(), "runs.json");
    await run("export", "--all", "--format", "json", "--to", output);
    const written = JSON.parse(readFileSync(output, "utf8"));
    expect(written.map((each: { run: { id: string } }) => each.run.id)).toEqual(["a", "b"]);
    expect(written[0].series["train.loss"]).toMatchObject([{ step: 10, value: 1 }, { step: 20 }]);
    const missing = join(temporaryFolder(), "missing", "runs.json");
    const { code, err } = await run("export", "a", "--format", "json", "--to", missing);
    expect(code).toBe(1);
    expect(err).toMatch(/export: cannot write .*runs\.json \(ENOENT.*expected the path of a file/);
  });

  test("writes a model as safetensors, as it is or the tensors alone", async () => {
    const ledger = await twoRuns();
    const weight = { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) } as const;
    const bytes = encodeSafetensors(new Map([["weight", weight]]), { "versant.signature": "{}" });
    const ended = endedDraft("c") as Extract<Draft, { type: "run.ended" }>;
    const object = await ledger.objects.put(bytes);
    await ledger.append([startedDraft("c"), { ...ended, payload: { ...ended.payload, object } }]);
    const folder = temporaryFolder();
    const [whole, plain] = [join(folder, "whole"), join(folder, "plain")];
    const result = await run("export", "c", "--format", "safetensors", "--to", whole);
    expect(result).toMatchObject({ code: 0, out: `wrote the model line to ${whole}\n` });
    expect(new Uint8Array(readFileSync(whole))).toEqual(bytes);
    // From the file, too.
    await run("export", whole, "--format", "safetensors", "--tensors-only", "--to", plain);
    expect(decodeSafetensors(readFileSync(plain), "plain")).toEqual({
      tensors: new Map([["weight", weight]]),
      metadata: {},
    });
    writeFileSync(plain, "no model");
    const { code, err } = await run("export", plain, "--format", "safetensors", "--to", whole);
    expect(code).toBe(1);
    expect(err).toMatch(/export: the model: received a header length/);
  });

  test("leaves the constants of a graph out of the tensors alone", async () => {
    const folder = temporaryFolder();
    const [path, plain] = [join(folder, "digits.safetensors"), join(folder, "plain")];
    const model = new nn.Linear(64, 2);
    const table = tensor(Float32Array.from({ length: 64 }, (_, place) => place / 7));
    const graph = GraphModel.trace((x) => model.forward(x.mul(table)), [zeros([2, 64])], { model });
    const stored = [...graph.stateDict()].map(([name, each]): [string, StoredTensor] => {
      return [name, { dtype: each.dtype, shape: each.shape, data: each.dataSync() }];
    });
    const metadata = { "versant.graph": JSON.stringify(graph), "versant.signature": "{}" };
    writeFileSync(path, encodeSafetensors(new Map(stored), metadata));
    expect(stored.map(([name]) => name)).toContain("constant.0");
    await run("export", path, "--format", "safetensors", "--tensors-only", "--to", plain);
    const { tensors } = decodeSafetensors(readFileSync(plain), "plain");
    expect([...tensors.keys()]).toEqual(["bias", "weight"]);
  });

  test("leaves what else is in the folder", async () => {
    await twoRuns();
    const output = temporaryFolder();
    mkdirSync(join(output, "mine"));
    writeFileSync(join(output, "mine", "notes.txt"), "mine");
    for (const format of ["csv", "mlflow", "tensorboard"]) {
      await run("export", "--all", "--format", format, "--to", output);
    }
    expect(existsSync(join(output, "mine", "notes.txt"))).toBe(true);
  });

  test.each([
    [
      ["--format", "safetensors", "--to", "x"],
      2,
      /received none for --format safetensors, expected/,
    ],
    [["a", "b", "--format", "safetensors", "--to", "x"], 2, /received 2 for --format safetensors/],
    [
      ["--all", "--format", "safetensors", "--to", "x"],
      2,
      /received --all for --format safetensors/,
    ],
    [["a", "--format", "safetensors", "--to", "x"], 1, /a has no model, as it did not/],
    [["a", "--format", "csv", "--tensors-only", "--to", "x"], 2, /--tensors-only: received with/],
    [["--format", "json", "--to", "x"], 2, /export: received no run, expected runs, or --all/],
    [["a", "--all", "--format", "json", "--to", "x"], 2, /received runs and --all/],
    [["a", "--format", "xml", "--to", "x"], 2, /Allowed choices are csv, json, mlflow/],
    [["a", "--format", "csv"], 2, /required option '--to <path>' not specified/],
    [["z", "--format", "json", "--to", "x"], 1, /there is no run "z"/],
  ])("refuses %j", async (args, code, message) => {
    commandLedger();
    await twoRuns();
    const result = await run("export", ...args);
    expect(result.err).toMatch(message);
    expect(result.code).toBe(code);
  });
});
