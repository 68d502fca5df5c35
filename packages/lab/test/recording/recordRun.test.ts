import { expect, test } from "vitest";
import { approve } from "../../src/accountability/approve.js";
import { loadExperiment } from "../../src/experiment/load.js";
import { readRun } from "../../src/ledger/record.js";
import { findRun } from "../../src/ledger/runs.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { recordRun } from "../../src/recording/recordRun.js";
import { fixture } from "../command/run.js";
import { temporaryLedger } from "../ledger/temporary.js";
import { Project } from "../provenance/repository.js";

const file = fixture("line.ts");
const line = await loadExperiment(file);

test("a program's training is on record like the command's", async () => {
  const ledger = temporaryLedger();
  const hyperparameters = { epochs: 20, learningRate: 0.05 };
  const { name, run, test } = await recordRun(ledger, line, { file, hyperparameters });
  expect((await verifyLedger(ledger)).fault).toBeUndefined();
  const record = await readRun(ledger, name);
  expect(record.run).toMatchObject({ state: "completed", epochs: 20 });
  expect(record.ended?.payload.weights).toBe((await run.weights()).sha256);
  expect(record.tests[0]?.payload.scores).toEqual(test);
  expect(record.epochs.map(({ payload }) => payload.train.loss)).toEqual(
    run.training?.history.epochs.map(({ train }) => train.loss),
  );
  const { started } = record;
  expect(started.payload.file).toMatch(/test\/fixtures\/line\.ts$/);
  expect(started.payload.code.files).toHaveLength(1);
  expect(
    Object.fromEntries(
      started.payload.hyperparameters.map((each) => [each.name, [each.value, each.source]]),
    ),
  ).toMatchObject({ learningRate: [0.05, "program"], optimizer: ["sgd", "default"] });
  const statement = "Fit for the test.";
  expect((await approve(ledger, { run: name, statement })).payload.statement).toBe(statement);
});

test("a program begins with the weights of another run", async () => {
  const ledger = temporaryLedger();
  const first = await recordRun(ledger, line, { file, hyperparameters: { epochs: 3 } });
  const from = { source: first.name, freeze: ["weight"] };
  const { name, run } = await recordRun(ledger, line, {
    file,
    hyperparameters: { epochs: 3 },
    from,
  });
  const [weight] = run.setup.model.parameters();
  expect(weight?.itemSync()).toBe(first.run.setup.model.parameters()[0]?.itemSync());
  const { started } = await readRun(ledger, name);
  expect(started.payload.from).toMatchObject({ run: first.name, frozen: ["weight"], fresh: [] });
  expect((await readRun(ledger, first.name)).descendants).toEqual([name]);
  const misspelt = { source: "last", froze: [] } as { source: string };
  await expect(recordRun(ledger, line, { file, from: misspelt })).rejects.toThrow(
    'from: received an option named "froze"',
  );
});

test("failures and interruptions are on record too", async () => {
  const ledger = temporaryLedger();
  const failing = { file, hyperparameters: { learningRate: 1e30 } };
  await expect(recordRun(ledger, line, failing)).rejects.toThrow(/loss/);
  expect(await findRun(ledger, "last")).toMatchObject({ state: "failed" });
  const interrupted = await recordRun(ledger, line, { file, signal: AbortSignal.abort("enough") });
  expect(interrupted.test).toBeUndefined();
  expect(await findRun(ledger, "last")).toMatchObject({
    state: "interrupted",
    id: interrupted.name,
  });
});

test("an option that does not exist is refused", async () => {
  const ledger = temporaryLedger();
  const options = { file, epochs: 3 } as { file: string };
  await expect(recordRun(ledger, line, options)).rejects.toThrow(/recordRun: .*epochs/);
});

test("an experiment may look into the ledger", async () => {
  const project = new Project({
    "curious.ts":
      'import { experiment } from "versant";\nimport { Ledger } from "versant/ledger";\n' +
      "const setup = () => { throw new Error(); };\n" +
      "export default experiment({ name: Ledger.name, hyperparameters: {}, setup });\n",
  });
  expect((await loadExperiment(project.path("curious.ts"))).name).toBe("Ledger");
});
