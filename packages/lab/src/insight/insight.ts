import { nn, type Tensor, type TrainingContext, tensor } from "@versant/core";
import type { InsightRecord } from "../ledger/insightEvents.js";
import { Budget } from "./budget.js";
import { histogramOf, spread } from "./histogram.js";

/** Layers and parameters of which a record tells, and of which it has histograms. */
const most = { listed: 256, histograms: 64 };

type Instruments = { readonly diagnostics: nn.Diagnostics; readonly probe: nn.Probe };

/**
 * Looks into a model in the first batch of an epoch (with gradients that are summed up over several batches, in
 * the one that completes an update): that batch runs a step that measures besides, to the same bits. How often
 * follows from what it takes.
 */
export class Insight {
  #instruments: Instruments | undefined;
  /** When measuring of this batch began, and what was known before. */
  #began = 0;
  #before: nn.Diagnosis | null = null;
  #state: "idle" | "timing" | "measuring" = "idle";

  constructor(readonly budget: Pick<Budget, "allows" | "expect" | "spend"> = new Budget()) {}

  /** Whether `read` is to be called after the batches that come. */
  get isWaiting(): boolean {
    return this.#state !== "idle";
  }

  /** To be called when an epoch begins. */
  prepare(context: TrainingContext): void {
    this.#began = performance.now();
    const isFirst = context.epoch === context.firstEpoch;
    const left = context.lastEpoch - context.epoch + 1;
    if (!this.budget.allows(left, this.#began)) {
      // The first batch compiles a step, which tells what it takes to compile another.
      this.#state = isFirst ? "timing" : "idle";
      return;
    }
    this.#state = "measuring";
    this.#instruments ??= instrumentsFor(context);
    const { diagnostics, probe } = this.#instruments;
    this.#before = diagnostics.latest;
    diagnostics.start();
    probe.start();
  }

  /** What the batch showed that is done; undefined until one was measured that has completed an update. */
  read({ model, epoch, batch, step }: TrainingContext): InsightRecord | undefined {
    if (this.#state === "timing") {
      this.budget.expect(performance.now() - this.#began);
      this.#state = "idle";
      return undefined;
    }
    const { diagnostics, probe } = this.#instruments ?? {};
    const latest = diagnostics?.latest;
    if (!probe || !latest || latest === this.#before) return undefined;
    this.#before = latest;
    this.stop();
    const weights = [...model.namedParameters()].slice(0, most.histograms);
    const record = {
      ...{ epoch, batch, step },
      layers: latest.layers.slice(0, most.listed),
      parameters: latest.parameters.slice(0, most.listed),
      relus: latest.relus.slice(0, most.listed),
      warnings: latest.warnings,
      weights: weights.map(([path, parameter]) => histogramOf(path, parameter.dataSync())),
      activations: [...probe.outputs].map(([path, value]) => histogramOf(path, value.dataSync())),
    };
    const milliseconds = performance.now() - this.#began;
    this.budget.spend(milliseconds);
    return { ...record, milliseconds: Math.round(10 * milliseconds) / 10 };
  }

  /** Measures no more. */
  stop(): void {
    this.#state = "idle";
    this.#instruments?.diagnostics.stop();
    this.#instruments?.probe.stop();
  }
}

/** They watch the layers that have none within; of a model without layers, the model. */
function instrumentsFor({ model }: TrainingContext): Instruments {
  const leaves = [...model.namedModules()].filter(([, module]) => module.children().length === 0);
  const paths = leaves.map(([path]) => path).slice(0, most.histograms);
  const statistic = (value: Tensor): Tensor => {
    const flat = value.detach().flatten();
    const places = spread(flat.size);
    return places ? flat.take(tensor(places)) : flat;
  };
  return {
    diagnostics: new nn.Diagnostics(model),
    probe: new nn.Probe(model, paths, { statistic }),
  };
}
