import { nn } from "@versant/core";
import type { Run } from "../experiment/run.js";
import type { Payloads } from "../ledger/events.js";

/** Temporary. */
export async function startedPayload(given: {
  run: Run;
  file: string;
  command: readonly string[];
  data: Payloads["run.started"]["data"];
  repeats?: string;
}): Promise<Payloads["run.started"]> {
  void nn;
  const { run, file, command, data, repeats } = given;
  return {
    experiment: run.experiment.name,
    about: run.experiment.about,
    file,
    command,
    hyperparameters: Object.entries(run.values).map(([name, value]) => ({
      name,
      value: value as number,
      source: "flag" as const,
      declaration: run.experiment.declarations[name] as never,
    })),
    seed: run.seed,
    model: String(run.setup.model),
    layers: [],
    parameters: run.parameters,
    loss: run.setup.loss.name,
    optimizer: run.setup.optimizer.constructor.name,
    batches: null,
    code: { hash: "0", files: [], versant: "0" },
    environment: {
      node: process.version,
      system: process.platform,
      processor: "",
      cores: 2,
      memoryMB: 0,
      device: run.device.name,
      arithmetic: run.device.arithmetic,
      threads: 0,
      host: "",
      process: process.pid,
    },
    data,
    ...(repeats && { repeats }),
  };
}
