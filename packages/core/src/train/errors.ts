import { ExecutionError, VersantError } from "../array/index.js";
import { NonFiniteError, type Parameter } from "../tensor/index.js";
import type { Model } from "./options.js";

/** Runs a batch; if its data make it fail, the error says where that was. */
export function locateErrors<R>(place: string, run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ExecutionError) || error instanceof NonFiniteError) throw error;
    throw new ExecutionError(`In ${place}: ${error.message}`, { cause: error });
  }
}

/** "batch 3 of 8", or "batch 3" while nobody knows how many there are. */
export const batchOf = (batch: number, batches: number): string =>
  batches === Number.POSITIVE_INFINITY ? `batch ${batch}` : `batch ${batch} of ${batches}`;

/** Where training stood when a value stopped being finite. */
export interface Divergence {
  /** Counted from 1, as are batches. */
  readonly epoch: number;
  readonly batch: number;
  readonly batches: number;
  readonly learningRate: number;
  /** The first tensor that holds NaN or an infinity. */
  readonly tensor: string;
  /** Whether the weights that the batch started from are finite. */
  readonly areWeightsGood: boolean;
}

/**
 * The loss or a gradient is not finite. The batch that showed it changed nothing: parameters,
 * buffers and the optimiser's state are those after the batch before.
 */
export class DivergenceError extends VersantError {
  override name = "DivergenceError";
  readonly epoch: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly tensor: string;

  constructor(divergence: Divergence, cause: unknown) {
    const { epoch, batch, batches, learningRate, tensor, areWeightsGood } = divergence;
    super(
      `Training diverged in epoch ${epoch}, ${batchOf(batch, batches)}, at learning rate ` +
        `${learningRate}: ${tensor} is not finite. ` +
        (epoch === 1 && batch === 1
          ? "It is the very first batch, so look for NaN or infinities in the data and the " +
            "initial weights, or for a logarithm or division of 0 in the loss. "
          : "Start again with a lower learning rate or clip the gradients; if that does not help, " +
            "look for NaN or infinities in the data. ") +
        (areWeightsGood
          ? "The batch changed nothing: the model keeps its last good weights."
          : "The batch changed nothing, but the weights were not finite before it either: load others."),
      { cause },
    );
    this.epoch = epoch;
    this.batch = batch;
    this.learningRate = learningRate;
    this.tensor = tensor;
  }
}

/** The loss over data that nothing is learnt from is not finite, so its scores say nothing. */
export class NonFiniteLossError extends VersantError {
  override name = "NonFiniteLossError";
}

/**
 * @param where the part of the data and the batch
 * @throws NonFiniteLossError for a loss that is not finite
 */
export function requireFiniteLoss(where: string, loss: number, model: Model): void {
  if (Number.isFinite(loss)) return;
  throw new NonFiniteLossError(
    `In ${where}: the loss is ${loss}, expected a finite number. ` +
      (areFinite(model.parameters())
        ? "The weights are finite, so look for NaN or infinities in the data of that batch, or for a " +
          "logarithm or division of 0 in the loss; a learning rate that is too high makes answers " +
          "that are too large."
        : "The weights are not finite: load others, or train with a lower learning rate."),
  );
}

/** Whether no weight is NaN or infinite. */
export const areFinite = (parameters: readonly Parameter[]): boolean =>
  parameters.every((each) => each.dataSync().every((element) => Number.isFinite(element)));
