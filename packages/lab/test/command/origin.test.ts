import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loss, nn, optim, TensorDataset, tensor } from "@versant/core";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { experiment } from "../../src/experiment/experiment.js";
import { loadExperiment } from "../../src/experiment/load.js";
import { Run } from "../../src/experiment/run.js";
import { sha256 } from "../../src/files/canonical.js";
import { collect } from "../../src/ledger/collect.js";
import type { OriginRecord } from "../../src/ledger/events.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { readRun } from "../../src/ledger/record.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { readCheckpoint, writeCheckpoint } from "../../src/recording/checkpoint.js";
import { recordRun } from "../../src/recording/recordRun.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/weights/safetensors.js";
import { loadWeights, saveWeights } from "../../src/weights/weights.js";
import { startedDraft, temporaryFolder } from "../ledger/temporary.js";
import { start } from "./process.js";
import { fixture, run } from "./run.js";
import { commandLedger } from "./runs/filled.js";

const file = fixture("reader.ts");
const head = ["--classes", "4", "--new-head", "output", "--freeze", "body.*"];

let folder: string;
beforeEach(() => {
  folder = commandLedger();
});

function openLedger(): Ledger {
  const ledger = Ledger.open({ folder });
  onTestFinished(() => ledger.close());
  return ledger;
}

const train = (...flags: readonly string[]) =>
  run("train", file, "--epochs", "3", "--log", "plain", ...flags);

const weightsIn = (out: string): string => /SHA-256 (\w{64})/.exec(out)?.[1] ?? out;

/** What stands in the ledger of the last run, and the tensors that it ended with. */
async function lastRun() {
  const ledger = openLedger();
  const { run: summary, started, ended } = await readRun(ledger, "last");
  const bytes = await ledger.objects.get(ended?.payload.object ?? "");
  const { tensors } = decodeSafetensors(bytes, summary.id);
  const values = (name: string) => [...(tensors.get(name)?.data ?? [])];
  return { ledger, id: summary.id, from: started.payload.from as OriginRecord, bytes, values };
}

const body = ["body.layers.0.weight", "body.layers.0.bias"];
const norm = ["body.layers.1.weight", "body.layers.1.bias"];
const statistics = ["body.layers.1.runningMean", "body.layers.1.runningVariance"];

describe("versant train --from", () => {
  test("takes the body over, freezes it, and draws a new head", async () => {
    expect((await train()).code).toBe(0);
    const first = await lastRun();
    const { code, out } = await train("--from", "last", ...head);
    expect(code).toBe(0);
    expect(out).toMatch(/^begins with +reader-\w{6}: 6 of 8 tensors\n +fresh +output\.weight, /m);
    expect(out).toMatch(/^ +frozen +body\.layers\.0\.weight, body\.layers\.0\.bias, /m);
    const second = await lastRun();
    expect(second.from).toEqual({
      run: first.id,
      weights: weightsIn((await run("show", first.id)).out),
      ...{ newHead: ["output"], freeze: ["body.*"], rename: {}, renamed: {}, unexpected: [] },
      taken: [...body, ...norm, ...statistics],
      fresh: ["output.weight", "output.bias"],
      frozen: [...body, ...norm],
    });
    for (const name of [...body, ...norm]) expect(second.values(name)).toEqual(first.values(name));
    // Statistics of the data are no parameters: they go on.
    expect(second.values(statistics[0] ?? "")).not.toEqual(first.values(statistics[0] ?? ""));
    expect(second.values("output.weight")).toHaveLength(32);
    expect((await verifyLedger(second.ledger)).fault).toBeUndefined();
  });

  test("is told by show, runs, diff and the technical file", async () => {
    await train();
    await train("--from", "last", ...head);
    const [, first] = /^begins with +(reader-\w+):/m.exec((await run("show", "last")).out) ?? [];
    const { id } = await lastRun();
    expect((await run("show", String(first))).out).toMatch(new RegExp(`^descendants +${id}$`, "m"));
    expect((await run("runs")).out).toMatch(new RegExp(`^${id} +completed +${first} +20`, "m"));
    const found = JSON.parse((await run("runs", "--where", `from=${first}`, "--json")).out);
    expect(found).toMatchObject([{ id, from: first }]);
    expect((await run("diff", "#1", "#2")).out).toMatch(
      new RegExp(`^from\\.run +- +${first}$`, "m"),
    );
    const dossier = async (word: string, language: string) =>
      (await run("dossier", word, "--format", "md", "--language", language)).out;
    const english = await dossier("last", "en");
    expect(english).toContain("### Weights that it begins with");
    expect(english).toContain(`**Of the run** ${first}`);
    expect(english).toContain("**Drawn anew** output.weight, output.bias");
    expect(await dossier("last", "fr")).toContain("**Gelés** body.layers.0.weight, ");
    expect(await dossier(String(first), "fr")).toContain(
      `Exécutions ultérieures qui partent de ses poids\n\n${id}`,
    );
  });

  test("takes a checkpoint, or a file, whose run it knows", async () => {
    const path = join(temporaryFolder(), "reader.safetensors");
    await train("--weights", path);
    const first = await lastRun();
    await train("--from", path);
    const byFile = await lastRun();
    expect(byFile.from).toMatchObject({ run: first.id, file: "reader.safetensors", fresh: [] });
    await run("tag", first.id, "+base");
    await train("--from", "base@best");
    const byCheckpoint = await lastRun();
    expect(byCheckpoint.from).toMatchObject({ run: first.id, checkpoint: "best" });
    // As well as the end, a checkpoint is what was measured: the averages of the weights.
    await train("--from", "base@last");
    const byLast = await lastRun();
    const valuesOf = async (each: typeof byLast) => {
      const bytes = await each.ledger.objects.get(each.from.weights);
      return [...decodeSafetensors(bytes, each.id).tensors].map(([name, { data }]) => [name, data]);
    };
    const end = await valuesOf(byFile);
    expect(end.map(([name]) => name)).toContain("body.layers.0.weight");
    expect(await valuesOf(byLast)).toEqual(end);
    // It is nobody else's, and stays.
    await collect(byCheckpoint.ledger, { minimumAge: -1000 });
    const kept = await byCheckpoint.ledger.objects.get(byCheckpoint.from.weights);
    expect([...decodeSafetensors(kept, "kept").tensors.keys()]).toContain("output.weight");
  });

  test("renames what another writer calls otherwise, and says what it did not take", async () => {
    await train();
    const { tensors } = decodeSafetensors((await lastRun()).bytes, "first");
    const foreign = new Map(
      [...tensors].map(([name, value]) => [name.replace("body.layers", "encoder.net"), value]),
    );
    foreign.set("decoder.bias", { dtype: "float32", shape: [1], data: new Float32Array(1) });
    const path = join(temporaryFolder(), "foreign.safetensors");
    writeFileSync(path, encodeSafetensors(foreign));
    const names = join(temporaryFolder(), "names.json");
    writeFileSync(names, JSON.stringify({ "encoder.net.1.*": "body.layers.1.*" }));
    const renaming = ["--rename", "encoder.*.0.*=body.layers.0.*", "--rename", names];
    // The first * stands for "net" and has no place in the new name.
    const uneven = await train("--from", path, ...renaming);
    expect(uneven.err).toContain("expected as many * on both sides");
    const even = ["--rename", "encoder.net.0.*=body.layers.0.*", "--rename", names];
    const refused = await train("--from", path, ...even.slice(0, 2));
    expect(refused.err).toMatch(
      /missing: body\.layers\.1\.weight \(nearest: .*; unexpected: .*decoder\.bias/,
    );
    const { out } = await train("--from", path, ...even, "--new-head", "output.*");
    expect(out).toContain("body.layers.0.weight is encoder.net.0.weight");
    expect(out).toMatch(/^ +not taken +decoder\.bias$/m);
    const { from } = await lastRun();
    expect(from).toMatchObject({ file: "foreign.safetensors", unexpected: ["decoder.bias"] });
    expect(from.run).toBeUndefined();
    expect((await run("rerun", "last", "--log", "plain")).out).toContain(
      "the same weights, to the bit",
    );
  });

  test("can be left unrecorded", async () => {
    await train();
    const { out } = await train("--from", "last", "--no-ledger", ...head);
    expect(out).toMatch(/^begins with +reader-\w{6}: 6 of 8 tensors$/m);
    expect(JSON.parse((await run("runs", "--json")).out)).toHaveLength(1);
  });

  test("names what cannot be", async () => {
    await train();
    const refused: [string[], RegExp][] = [
      [
        ["--from", "no/body"],
        /from: cannot read no\/body \(ENOENT\); expected a run or a safetensors/,
      ],
      [["--from", "nobody"], /there is no run "nobody"; expected a name that/],
      [
        ["--from", "last@first"],
        /received "last@first", expected a run, RUN@best, RUN@last, SEARCH@best or the path/,
      ],
      [["--freeze", "body"], /--freeze: received it without --from/],
      [
        ["--from", "last", "--rename", "a"],
        /--rename: received "a", which is no file of JSON \(.*\); exp/,
      ],
      [
        ["--from", "last", "--rename", "x.*=y.*"],
        /received "x\.\*" to rename, which matches no tensor/,
      ],
      [
        ["--from", "last", "--rename", "*.weight=w.*", "--rename", "*.bias=w.*"],
        /would both be called/,
      ],
      [
        ["--from", "last", "--new-head", "hed"],
        /received "hed", which matches no parameter or buffer/,
      ],
      [
        ["--from", "last", "--freeze", "bdy"],
        /Reader\.freeze: received "bdy", which matches no param/,
      ],
      [
        ["--from", "last", "--freeze", "*"],
        /from: received "\*" to freeze, which is every parameter/,
      ],
      [["--from", ""], /there is no run ""/],
      [
        ["--from", "last", "--classes", "5"],
        /output\.weight \(received float32 \(3, 8\), expected float32 \(5, 8\)\), .*\. reader-\w+ was trained with --classes 3 \(here 5\); the same values make the same model\. --new-head "output" leaves/,
      ],
      [["--from", file], /reader\.ts: received a header length of .*, or not a safetensors file/],
    ];
    for (const [flags, message] of refused) {
      const { code, err } = await train(...flags);
      expect(code).toBeGreaterThan(0);
      expect(err).toMatch(message);
    }
    expect(JSON.parse((await run("runs", "--json")).out)).toHaveLength(1);
  });

  test("says that a run has no weights yet", async () => {
    const ledger = openLedger();
    await ledger.append([startedDraft("reader-1")]);
    expect((await train("--from", "reader-1")).err).toMatch(
      /from: the run reader-1 has no weights, for it is killed; expected .* reader-1@last for/,
    );
    expect((await train("--from", "reader-1@last")).err).toContain("no such checkpoint (last)");
  });

  test("refuses a checkpoint with averages that does not say whose they are", async () => {
    await train();
    const { ledger, id } = await lastRun();
    const [event] = (await ledger.events({ run: id, types: ["checkpoint"] })).slice(-1);
    if (!event) throw new Error("there is no checkpoint");
    const { loop, tensors } = await readCheckpoint(ledger.objects, id, event.payload);
    expect(loop.averaged).toEqual([...body, ...norm, "output.weight", "output.bias"]);
    const { averaged: _averaged, ...older } = loop;
    const kept = await writeCheckpoint(ledger.objects, id, { loop: older, tensors });
    const payload = { ...event.payload, ...kept };
    await ledger.append([{ type: "checkpoint", run: id, payload }]);
    expect((await train("--from", `${id}@last`)).err).toContain(
      `${id} was measured with averages of its weights, and this checkpoint does not say whose they are; ` +
        `expected ${id} alone`,
    );
  });

  test("refuses what ended in its first epoch, unless its checkpoint is asked for", async () => {
    const ledger = openLedger();
    const signal = AbortSignal.abort("enough");
    const { name } = await recordRun(ledger, await loadExperiment(file), { file, signal });
    expect((await train("--from", name)).err).toContain(
      `from: the run ${name} was interrupted before its first epoch ended, so that its weights are as good as ` +
        `drawn; expected a run that was trained, or ${name}@last for its last checkpoint all the same.`,
    );
    expect((await train("--from", `${name}@last`)).code).toBe(0);
  });
});

describe("a run that began with other weights", () => {
  test("goes on and is repeated to the bit, as long as the weights are there", async () => {
    await train();
    const first = await lastRun();
    const flags = ["--from", first.id, ...head, "--epochs", "400", "--log", "plain"];
    const whole = weightsIn((await run("train", file, ...flags, "--no-ledger")).out);
    const running = start(process.cwd(), ["train", file, ...flags]);
    await running.printed(/end of epoch +60 /);
    running.child.kill("SIGINT");
    expect((await running.finished).code).toBe(130);
    const resumed = await run("resume", "last", "--log", "plain");
    expect(resumed.err).toBe("");
    expect(weightsIn(resumed.out)).toBe(whole);
    expect((await run("rerun", "last", "--log", "plain")).out).toContain(
      "the same weights, to the bit",
    );

    const { ledger, from } = await lastRun();
    await collect(ledger, { minimumAge: -1000 });
    expect(await ledger.objects.has(from.weights)).toBe(true);
    await ledger.objects.delete(from.weights);
    const { code, err } = await run("rerun", "last", "--log", "plain");
    expect(code).toBe(1);
    expect(err).toMatch(
      new RegExp(`the weights that it began with, ${first.id}: the object \\w+ cannot be read`),
    );
    expect((await verifyLedger(ledger)).fault?.reason).toMatch(/cannot be read/);
  });
});

describe("Run.prepare with weights to begin with", () => {
  test("lets averages begin with them, too", async () => {
    await train();
    const { bytes, values, id } = await lastRun();
    const from = { name: id, bytes };
    const { setup } = await Run.prepare(await loadExperiment(file), { from, seed: 7 });
    const output = () => [...(setup.model.stateDict().get("output.weight")?.dataSync() ?? [])];
    expect(output()).toEqual(values("output.weight"));
    expect(setup.average?.applied(output)).toEqual(output());
  });

  test("has the hash of a file that its setup loads itself", async () => {
    const path = join(temporaryFolder(), "line.safetensors");
    await saveWeights(new nn.Linear(1, 1), path);
    const loads = experiment({
      name: "loads",
      hyperparameters: {},
      setup: () => {
        const model = new nn.Linear(1, 1);
        loadWeights(model, path);
        const column = tensor([[1], [2]]);
        return {
          data: { train: new TensorDataset([column, column]) },
          model,
          loss: loss.meanSquaredError,
          optimizer: new optim.SGD(model.parameters(), { learningRate: 0.1 }),
        };
      },
    });
    const ledger = openLedger();
    const { name } = await recordRun(ledger, loads, { file, hyperparameters: { epochs: 1 } });
    const { started } = await readRun(ledger, name);
    const weights = sha256(readFileSync(path));
    expect(started.payload.loaded).toEqual([{ file: "line.safetensors", weights }]);
    expect((await run("show", "last")).out).toContain(`line.safetensors, SHA-256 ${weights}`);
    expect((await run("dossier", "last", "--format", "md")).out).toContain("line.safetensors");
  });

  test("gives setup what they were saved with", async () => {
    const words = ["a", "b"];
    const tensors = new Map([
      ["weight", { dtype: "float32", shape: [1, 1], data: Float32Array.of(3) } as const],
    ]);
    const metadata = { "versant.preprocessing": JSON.stringify(words) };
    const seen: unknown[] = [];
    const one = experiment({
      name: "one",
      hyperparameters: {},
      setup: ({ from }) => {
        seen.push(from);
        const model = new nn.Linear(1, 1, { bias: false });
        const column = tensor([[1], [2]]);
        return {
          data: { train: new TensorDataset([column, column]) },
          model,
          loss: loss.meanSquaredError,
          optimizer: new optim.SGD(model.parameters(), { learningRate: 0.1 }),
        };
      },
    });
    const from = { name: "words", bytes: encodeSafetensors(tensors, metadata) };
    const { setup } = await Run.prepare(one, { from });
    await Run.prepare(one);
    expect(seen).toEqual([{ preprocessing: words }, undefined]);
    expect(setup.model.parameters()[0]?.itemSync()).toBe(3);
  });
});
