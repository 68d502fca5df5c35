import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import type { HyperparameterRecord } from "../../../src/experiment/declarations.js";
import type { Draft } from "../../../src/ledger/events.js";
import type { Ledger } from "../../../src/ledger/ledger.js";
import {
  endedDraft,
  epochDraft,
  startedDraft,
  temporaryFolder,
  temporaryLedger,
} from "../../ledger/temporary.js";

/** An empty folder for a ledger that commands find. */
export function commandLedger(): string {
  const folder = temporaryFolder();
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return join(folder, "ledger");
}

const rate = (value: number): HyperparameterRecord => ({
  name: "learningRate",
  value,
  source: value === 0.1 ? "default" : "flag",
  declaration: { kind: "real", default: 0.1, min: 1e-5, max: 1, scale: "log", about: "" },
});

/** Two runs of other rates, code and results; the second was stopped. */
export async function twoRuns(): Promise<Ledger> {
  const ledger = temporaryLedger(commandLedger());
  const { objects } = ledger;
  const codeOf = async (hash: string, text: string) => ({
    ...{ hash, versant: "0.1.0" },
    files: [{ path: "line.ts", object: await objects.put(text) }],
  });
  const steps = { first: 0, stride: 100, batches: 300, mean: [1, 0.5, 0.25], learningRate: 0.1 };
  const look = { data: "7e57", purpose: "after training", scores: { loss: 0.5 } };
  const first = await codeOf("c0de", "const rate = 1;\nexport default rate;\n");
  await ledger.append([
    startedDraft("a", { hyperparameters: [rate(0.1)], code: first }),
    epochDraft("a", 1, 0.5),
    epochDraft("a", 2, 0.7),
    { type: "steps", run: "a", payload: steps },
    { type: "test", run: "a", payload: look },
    endedDraft("a"),
  ]);
  const second = await codeOf("c0d2", "const rate = 2;\nexport default rate;\n");
  const stopped = endedDraft("b") as Extract<Draft, { type: "run.ended" }>;
  await ledger.append([
    startedDraft("b", { hyperparameters: [rate(0.01)], code: second, seed: 43 }),
    epochDraft("b", 1, 0.9),
    { type: "test", run: "b", payload: { ...look, scores: { loss: 0.25 } } },
    {
      ...stopped,
      payload: { ...stopped.payload, state: "stopped", reason: 'it said "no", twice' },
    },
  ]);
  return ledger;
}
