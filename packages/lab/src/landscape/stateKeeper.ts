import type { Callback, nn, TrainingContext } from "@versant/core";

/** A state of the model as it is measured, and when it was. */
export interface KeptState {
  /** Complete epochs, and the share of the one that was on its way. */
  readonly epoch: number;
  /** Updates since the start. */
  readonly step: number;
  readonly state: nn.StateDict;
}

/** Of a training of fewer epochs states within epochs are kept, too. */
const fewEpochs = 20;

/** States that are kept at most, and the numbers that they may hold together. */
const most = { states: 60, numbers: 2 ** 27 };

/**
 * Keeps states of a model while it is trained: its first one, and evenly spaced ones behind. Where there are too many,
 * every other one goes, so that how long training lasts need not be known.
 */
export class StateKeeper implements Callback {
  #kept: KeptState[] = [];
  #limit: number = most.states;
  /** Places where a state might be kept: between two that are, and so far. */
  #stride = 1;
  #places = 0;
  #last = { epoch: 0, step: 0 };

  onFitStart(context: TrainingContext): void {
    const size = context.model.parameters().reduce((sum, each) => sum + each.size, 0);
    this.#limit = Math.max(4, Math.min(most.states, Math.floor(most.numbers / size)));
    this.#kept = [{ ...this.#last, state: stateOf(context) }];
  }

  onBatchEnd(context: TrainingContext): void {
    const { epoch, batch, batches, firstEpoch, lastEpoch } = context;
    // The end of an epoch comes behind what other callbacks do there.
    if (batch === batches || !Number.isFinite(batches)) return;
    const places = Math.min(batches, Math.ceil(fewEpochs / (lastEpoch - firstEpoch + 1)));
    const before = Math.floor(((batch - 1) * places) / batches);
    if (Math.floor((batch * places) / batches) > before) {
      this.#keep(context, epoch - 1 + batch / batches);
    }
  }

  onEpochEnd(context: TrainingContext): void {
    this.#keep(context, context.epoch);
  }

  /** What was kept, up to the end; where training ended with its best state, that is the end. */
  path(end: nn.StateDict): readonly KeptState[] {
    const before = this.#kept.filter(({ step }) => step < this.#last.step);
    return [...before, { ...this.#last, state: end }];
  }

  #keep(context: TrainingContext, epoch: number): void {
    this.#last = { epoch, step: context.step };
    if (++this.#places % this.#stride !== 0) return;
    this.#kept.push({ ...this.#last, state: stateOf(context) });
    if (this.#kept.length <= this.#limit) return;
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }
}

const stateOf = ({ model, average }: TrainingContext): nn.StateDict =>
  average ? average.applied(() => model.stateDict()) : model.stateDict();
