import { fileURLToPath } from "node:url";
import type { Callback } from "@versant/core";
import { expect, vi } from "vitest";
import calculator from "../../../../../examples/calculator.js";
import mnist from "../../../../../examples/mnist.js";
import { Budget } from "../../../../lab/src/insight/budget.js";
import { Ledger } from "../../../../lab/src/ledger/ledger.js";
import { recordRun } from "../../../../lab/src/recording/recordRun.js";
import { run as command } from "../../../../lab/test/command/run.js";

const experiments = { mnist, calculator };
type Name = keyof typeof experiments;

const fileOf = (name: Name): string =>
  fileURLToPath(new URL(`../../../../../examples/${name}.ts`, import.meta.url));

/** Moves on when an epoch ends. */
const clock = { milliseconds: 1_000_000 };

const moveOn: Callback = {
  onEpochEnd() {
    clock.milliseconds += 3000;
  },
};

/**
 * Trains for real, with everything on record: two searches, one adder, three readers of digits, and the landscape
 * around the first of them.
 *
 * @param batchSize digits a step: large batches are done soon, small ones make the curves that documents show
 */
export async function recordAll(ledger: Ledger, batchSize: number): Promise<void> {
  vi.stubEnv("VERSANT_LEDGER", ledger.folder);
  // These epochs are too short for what is measured inside to cost next to nothing, and here nobody waits.
  const spies = [
    vi.spyOn(Budget.prototype, "allows").mockReturnValue(true),
    // What is written when follows from the epochs, and not from how fast they go.
    vi.spyOn(performance, "now").mockImplementation(() => clock.milliseconds),
  ];
  const two = ["--objective", "validation.loss", "--objective", "parameters"];
  const narrow = ["--range", "width=8..64"];
  const batches = ["--batchSize", String(batchSize)];
  await tune("mnist", "--trials", "14", "--epochs", "1", ...narrow, ...batches, ...two);
  await tune("calculator", "--trials", "16", "--epochs", "2", "--samples", "2000", ...narrow);
  const wide = { width: 64, hiddenLayers: 3, learningRate: 2e-3, batchSize };
  await train(ledger, "mnist", { epochs: 10, learningRate: 5e-4, batchSize });
  const few = ["--grid", "25", "--samples", "256"];
  const told = await command("landscape", "last", "--directions", "path", ...few);
  expect(told).toMatchObject({ code: 0, err: "" });
  await train(ledger, "calculator", { epochs: 12 });
  await train(ledger, "mnist", { ...wide, epochs: 12 }, rateAfter(ledger, 7, 2e-4));
  await train(ledger, "mnist", { ...wide, width: 96, epochs: 15 }, rateAfter(ledger, 6, 5e-4));
  for (const spy of spies) spy.mockRestore();
}

async function tune(name: Name, ...flags: readonly string[]): Promise<void> {
  const searched = ["--search", "learningRate,hiddenLayers,width", "--no-leak-check"];
  const told = await command("tune", fileOf(name), ...searched, ...flags);
  expect(told).toMatchObject({ code: 0, err: "" });
}

async function train(
  ledger: Ledger,
  name: Name,
  hyperparameters: Readonly<Record<string, number>>,
  ...callbacks: readonly Callback[]
): Promise<void> {
  const given = Object.keys(hyperparameters).map((each) => [each, "flag"] as const);
  await recordRun(ledger, experiments[name], {
    ...{ file: fileOf(name), hyperparameters, insight: true },
    ...{ sources: Object.fromEntries(given), callbacks: [...callbacks, moveOn] },
  });
}

/** Asks for another rate at the end of an epoch, as another process does; the training finds it right there. */
const rateAfter = ({ folder, identity }: Ledger, epoch: number, value: number): Callback => ({
  async onEpochEnd(context) {
    if (context.epoch !== epoch) return;
    const other = Ledger.open({ folder, identity });
    const started = (await other.events({ types: ["run.started"] })).at(-1);
    const why = "The validation loss has stopped falling: finer steps may get lower.";
    const payload = { action: "learningRate", value, why } as const;
    await other.append([{ type: "steer.requested", run: started?.run ?? null, payload }]);
    await other.close();
  },
});
