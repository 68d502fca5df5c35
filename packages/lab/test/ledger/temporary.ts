import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Draft } from "../../src/ledger/events.js";
import { Identity } from "../../src/ledger/identity.js";
import { Ledger } from "../../src/ledger/ledger.js";

/** A folder that goes when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "versant-ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const makeIdentity = (name = "Ada"): Identity =>
  new Identity(name, generateKeyPairSync("ed25519").privateKey);

/** A ledger of its own that closes when the test is over. */
export function temporaryLedger(folder = temporaryFolder(), identity = makeIdentity()): Ledger {
  const ledger = Ledger.open({ folder, identity });
  onTestFinished(() => ledger.close());
  return ledger;
}

type Started = Extract<Draft, { type: "run.started" }>;

/** The beginning of a run, as far as no test is about it. */
export const startedDraft = (run: string, payload: Partial<Started["payload"]> = {}): Started => ({
  type: "run.started",
  run,
  payload: {
    experiment: "line",
    about: "",
    file: "line.ts",
    command: ["train", "line.ts"],
    hyperparameters: [],
    seed: 42,
    model: "Linear",
    layers: [],
    parameters: 2,
    loss: "meanSquaredError",
    optimizer: "SGD",
    batches: 10,
    code: { hash: "c0de", files: [], versant: "0.1.0" },
    environment: {
      node: "v20.19.0",
      system: "linux",
      processor: "a processor",
      cores: 2,
      memoryMB: 1000,
      device: "native",
      arithmetic: "native-fma",
      threads: 1,
      host: "here",
      process: 1,
    },
    data: { hash: "da7a", parts: {}, leaks: "not checked" },
    ...payload,
  },
});

export const epochDraft = (run: string, epoch: number, accuracy: number): Draft => ({
  type: "epoch",
  run,
  payload: {
    epoch,
    step: 10 * epoch,
    seconds: 0.1,
    learningRate: 0.1,
    train: { loss: 1 / epoch },
    validation: { loss: 2 / epoch, accuracy },
  },
});

export const endedDraft = (run: string): Draft => ({
  type: "run.ended",
  run,
  payload: {
    state: "completed",
    place: { epoch: 2, batch: 0, step: 20 },
    weights: "3e19",
    seconds: 1,
    peakMemoryMB: 100,
  },
});
