import { requireCount, requireInstance, requireOptions } from "../array/index.js";
import { type Diagnosis, Diagnostics } from "../nn/index.js";
import type { Callback, TrainingContext } from "./callbacks.js";
import type { Model } from "./options.js";

export interface DiagnoseOptions {
  /**
   * The first batch of an epoch is looked at, and each one so many batches later; where several
   * share an update, the one that completes it. Default 100.
   */
  readonly every?: number;
  /** Receives each warning that is new in this fit. Default `console.warn`. */
  readonly write?: (line: string) => void;
}

/** What was seen in one batch. */
export interface DiagnosisRecord extends Diagnosis {
  readonly epoch: number;
  /** Counted from 1. */
  readonly batch: number;
}

/** A callback that knows what it has seen. */
export interface Diagnosing extends Callback {
  readonly history: readonly DiagnosisRecord[];
}

/**
 * Looks at how the model learns (`nn.Diagnostics`) every so many batches, and says in plain words
 * when gradients vanish or explode, or nearly all units of a ReLU stay dead.
 *
 * Those batches run a step that measures, compiled once; all others run the plain one. Weights come
 * out the same to the bit.
 *
 * @throws ArgumentError when `every` is not an integer of at least 1
 */
export function diagnose(options: DiagnoseOptions = {}): Diagnosing {
  requireOptions("diagnose", options, ["every", "write"]);
  const { every = 100, write = console.warn } = options;
  requireCount("diagnose", "every", every);
  requireInstance("diagnose", "write", write, Function);
  const history: DiagnosisRecord[] = [];
  const known = new WeakMap<Model, Diagnostics>();
  const told = new Set<string>();

  const diagnosticsOf = ({ model }: TrainingContext): Diagnostics => {
    const found = known.get(model) ?? new Diagnostics(model);
    known.set(model, found);
    return found;
  };
  let isAwaited = false;
  let before: Diagnosis | null = null;
  /**
   * Switches the measuring step on or off for the batch that comes next. With `accumulate` only one
   * that completes an update shows something: it stays on until then.
   */
  const prepare = (context: TrainingContext): void => {
    const { batch, batches } = context;
    const diagnostics = diagnosticsOf(context);
    isAwaited = batch < batches && (isAwaited || batch % every === 0);
    before = diagnostics.latest;
    if (isAwaited) diagnostics.start();
    else diagnostics.stop();
  };
  return {
    history,
    onFitStart() {
      told.clear();
    },
    onEpochStart: prepare,
    onBatchEnd(context) {
      const { latest } = diagnosticsOf(context);
      if (latest && latest !== before) {
        isAwaited = false;
        history.push({ ...latest, epoch: context.epoch, batch: context.batch });
        for (const { kind, path, message } of latest.warnings) {
          // A layer stays dead for a while; it is said once.
          const topic = kind === "dead units" ? path : kind;
          if (told.has(topic)) continue;
          told.add(topic);
          write(`epoch ${context.epoch}, batch ${context.batch}: ${message}`);
        }
      }
      prepare(context);
    },
    onFitEnd(context) {
      diagnosticsOf(context).stop();
    },
  };
}
