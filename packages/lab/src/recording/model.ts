import { loss, nn, type optim, randomState, restoreRandomState } from "@versant/core";
import { formatShape } from "@versant/core/internal";
import { firstBatch } from "../experiment/part.js";
import type { Run } from "../experiment/run.js";
import type { LayerRecord, Payloads } from "../ledger/events.js";

type ModelRecord = Pick<
  Payloads["run.started"],
  "model" | "layers" | "parameters" | "loss" | "optimizer"
>;

/** What is trained, and how: nothing is computed, and no random number is used up. */
export async function recordModel(run: Run): Promise<ModelRecord> {
  const { model, optimizer, loss } = run.setup;
  return {
    model: model.constructor.name,
    layers: await layersOf(run),
    parameters: run.parameters,
    loss: describeLoss(loss),
    optimizer: describeOptimizer(optimizer),
  };
}

/** As `nn.summary` lists them, for the first sample, or the first batch of a stream. */
async function layersOf({ setup: { model, data } }: Run): Promise<LayerRecord[]> {
  const state = randomState();
  try {
    // The last tensor is the target.
    const inputs = (await firstBatch(data.train)).slice(0, -1);
    return nn.summary(model, ...inputs).rows.map(({ name, type, outputShapes, parameters }) => ({
      name,
      kind: type,
      output: outputShapes?.map(formatShape).join(", ") ?? "not called",
      parameters,
    }));
  } catch {
    // A model that does not fit its data: training says so, and where.
    return [];
  } finally {
    restoreRandomState(state);
  }
}

/** Longer source texts are cut. */
const longestText = 200;

/** The name of a loss of Versant's, else the text of the function. */
function describeLoss(given: (...args: never[]) => unknown): string {
  const known = Object.entries(loss).find(([, each]) => each === given);
  if (known) return known[0];
  const text = String(given).replace(/\s+/g, " ");
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}

/** "Adam (learningRate 0.001, beta1 0.9, ...)"; of several groups each, with its numbers. */
function describeOptimizer(optimizer: optim.Optimizer): string {
  const { groups } = optimizer;
  const described = groups.map(({ options, learningRate, parameters }) => {
    const settings = Object.entries({ ...options, learningRate })
      .map(([name, value]) => `${name} ${value}`)
      .join(", ");
    const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0);
    return groups.length === 1 ? settings : `${size} parameters: ${settings}`;
  });
  return `${optimizer.constructor.name} (${described.join("; ")})`;
}
