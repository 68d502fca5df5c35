import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadExperiment } from "../../src/experiment/load.js";
import {
  type Experiment,
  encodeSafetensors,
  type Metadata,
  nn,
  portableModel,
  Run,
  rand,
  saveWeights,
  TensorDataset,
  tensor,
} from "../../src/index.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { openModel } from "../../src/model/openModel.js";
import { readCheckpoint } from "../../src/recording/checkpoint.js";
import { type RecordedTraining, recordRun } from "../../src/recording/recordRun.js";
import { decodeSafetensors } from "../../src/weights/safetensors.js";
import { fixture } from "../command/run.js";
import { makeIdentity, startedDraft } from "../ledger/temporary.js";

let folder: string;
let ledger: Ledger;
let line: Experiment;
/** A run of 30 epochs, and a later one of one. */
let runs: RecordedTraining[];

const file = fixture("line.ts");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "versant-models-"));
  ledger = Ledger.open({ folder: join(folder, "ledger"), identity: makeIdentity() });
  line = await loadExperiment(file);
  runs = [];
  for (const epochs of [30, 1]) {
    runs.push(await recordRun(ledger, line, { file, hyperparameters: { epochs } }));
  }
});

afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

const first = (): RecordedTraining => runs[0] as RecordedTraining;

/** What a model says of 10. */
const at10 = async (source: string): Promise<number> => {
  const model = await openModel(source, { ledger });
  const answers = await model.predict(await model.encode([10]));
  return answers.itemSync();
};

/** What the trained model itself says of 10. */
const expected = async ({ run }: RecordedTraining): Promise<number> =>
  (await run.trainer.predict(tensor([[10]]))).itemSync();

test("a run's model by name, number, last and tag, and from its file", async () => {
  const { name, run } = first();
  const answer = await expected(first());
  await ledger.append([{ type: "tagged", run: name, payload: { added: ["good"], removed: [] } }]);
  for (const source of [name, name.slice(0, -2), "#1", "good"]) {
    expect(await at10(source)).toBe(answer);
  }
  expect(await at10("last")).toBe(await expected(runs[1] as RecordedTraining));

  const { bytes, sha256 } = await run.weights();
  const path = join(folder, "line.safetensors");
  writeFileSync(path, bytes);
  const model = await openModel(path);
  expect(model).toMatchObject({ name: "line", sha256, run: undefined });
  expect(await openModel(name, { ledger })).toMatchObject({ name: "line", sha256, run: name });
  expect((await model.predict(await model.encode([10]))).itemSync()).toBe(answer);
});

test("the same training gives the same bytes", async () => {
  const again = await Run.prepare(line, { hyperparameters: { epochs: 30 } });
  await again.fit();
  expect((await again.weights()).sha256).toBe((await first().run.weights()).sha256);
});

test("a checkpoint's weights in place of the end's", async () => {
  const { name } = first();
  expect(await at10(`${name}@last`)).toBe(await expected(first()));
  const events = await ledger.events({ run: name, types: ["checkpoint"] });
  const best = events.findLast(({ payload }) => payload.best)?.payload;
  if (!best) throw new Error("there is no best checkpoint");
  const { tensors } = await readCheckpoint(ledger.objects, name, best);
  const [weight, bias] = [tensors.get("model.weight"), tensors.get("model.bias")];
  const answer = 10 * (weight?.itemSync() ?? 0) + (bias?.itemSync() ?? 0);
  expect(await at10(`${name}@best`)).toBeCloseTo(answer, 5);
  expect((await openModel(`${name}@best`, { ledger })).sha256).toBe(best.tensors);
  await expect(openModel(`${name}@first`, { ledger })).rejects.toThrow(
    `model: received "${name}@first", expected a run, RUN@best, RUN@last, SEARCH@best or the path of`,
  );
});

test("a run without an end says what finishes it", async () => {
  await ledger.append([startedDraft("line-abc234")]);
  await expect(at10("line-abc234")).rejects.toThrow("`versant resume line-abc234` finishes it");
  await expect(at10("line-abc234@best")).rejects.toThrow("finishes it");
  await expect(at10("nothing")).rejects.toThrow('there is no run "nothing"');
});

test("an interrupted run's model has an epoch at least, and a notice", async () => {
  const early = AbortSignal.abort("enough");
  const none = await recordRun(ledger, line, { file, signal: early });
  for (const source of [none.name, `${none.name}@last`]) {
    await expect(at10(source)).rejects.toThrow(
      `${none.name} has no model, as it was interrupted before its first epoch ended, expected a run that was ` +
        `trained; \`versant resume ${none.name}\` finishes it.`,
    );
  }
  const later = new AbortController();
  const callbacks = [
    { onEpochEnd: ({ epoch }: { epoch: number }) => void (epoch === 2 && later.abort()) },
  ];
  const { name } = await recordRun(ledger, line, { file, callbacks, signal: later.signal });
  expect((await openModel(name, { ledger })).notice).toBe(
    `${name} was interrupted after epoch 2; \`versant resume ${name}\` finishes it`,
  );
  expect((await openModel(first().name, { ledger })).notice).toBeUndefined();
});

test("altered weights are not used", async () => {
  const { name, run } = runs[1] as RecordedTraining;
  const path = ledger.objects.pathOf((await run.weights()).sha256);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
  await expect(at10(name)).rejects.toThrow("it was altered or damaged");
});

const model = new nn.Linear(2, 1);
const data = new TensorDataset([rand([3, 2]), rand([3, 1])]);

/** The file of a model, something of it changed. */
async function fileWith(change: (metadata: Metadata) => Metadata): Promise<string> {
  const path = join(folder, "changed.safetensors");
  await saveWeights(model, path, { portable: portableModel({ model, data }) });
  const { tensors, metadata } = decodeSafetensors(readFileSync(path), path);
  writeFileSync(path, encodeSafetensors(tensors, change(metadata)));
  return path;
}

test.each<[string, (metadata: Metadata) => Metadata, string]>([
  ["weights alone", () => ({}), "holds weights alone"],
  [
    "a model that could not be traced",
    () => ({ "versant.unusable": "random draws." }),
    "cannot be used without the code of its author: random draws.",
  ],
  ["a graph that is no JSON", (all) => ({ ...all, "versant.graph": "{" }), "its graph is not JSON"],
  ["a graph that is none", (all) => ({ ...all, "versant.graph": "{}" }), "GraphModel.fromJSON"],
  [
    "a signature that is none",
    (all) => ({ ...all, "versant.signature": "[]" }),
    "signature: received",
  ],
])("a file with %s is refused", async (_, change, message) => {
  await expect(openModel(await fileWith(change))).rejects.toThrow(message);
});

test("a file that is not there, and one that is no safetensors file", async () => {
  await expect(openModel(join(folder, "no.safetensors"))).rejects.toThrow("ENOENT");
  const path = join(folder, "text.safetensors");
  writeFileSync(path, "these are no weights");
  await expect(openModel(path)).rejects.toThrow("truncated, or not a safetensors file");
});
