import { DataLoader, type Dataset, isLoader, Subset, type Tensor } from "@versant/core";
import { evaluationBatch, type Part } from "../experiment/part.js";
import type { Run } from "../experiment/run.js";
import type { Mistakes } from "../ledger/insightEvents.js";
import type { Signature } from "../signature/signature.js";
import { confusionOf } from "./confusion.js";
import { errorsOf } from "./errors.js";

/**
 * Samples that are looked at, and their share of those that were trained on, counted once an epoch: to answer for a sample
 * takes about a third of learning from it, so that this is a third of a hundredth. Of larger parts, these many, evenly
 * spread.
 */
const most = { samples: 10_000, share: 0.01 };

/** Classes with a confusion matrix. */
const mostClasses = 100;

/** What a model answered for samples, in their order. */
export interface Answers {
  /** (N, K), row by row. */
  readonly answers: Float64Array;
  readonly targets: Float64Array;
  readonly width: number;
}

export interface FoundMistakes {
  readonly part: "validation" | "test";
  readonly looked: number;
  readonly samples: number;
  readonly wrong?: number;
  readonly mistakes: Mistakes;
}

/**
 * What the trained model of a run gets wrong in its validation data, or else in its test data.
 *
 * @returns undefined where there are neither, as a dataset or a loader of one, and for models that answer with a class
 *   for each position or more than 100 classes
 */
export async function mistakesOf(
  run: Run,
  signature: Signature,
): Promise<FoundMistakes | undefined> {
  const { output } = signature;
  const part = partOf(run);
  if (!part || output.kind === "positions") return undefined;
  if (output.kind === "classes" && output.names.length > mostClasses) return undefined;
  const whole = datasetOf(run.setup.data[part] as Part);
  if (!whole) return undefined;
  const { dataset, placeOf } = someOf(whole, affordable(run));
  if (dataset.length === 0) return undefined;
  const given = await answersFor(run, dataset);
  if (!given.answers.every(Number.isFinite)) return undefined;
  const known = { part, looked: dataset.length, samples: whole.length };
  if (output.kind === "numbers") {
    const mistakes = errorsOf(given, output, placeOf);
    return mistakes && { ...known, mistakes };
  }
  const { wrong, mistakes } = confusionOf(given, { ...signature, output }, dataset, placeOf);
  return { ...known, wrong, mistakes };
}

const partOf = ({ setup: { data } }: Run): "validation" | "test" | undefined =>
  data.validation ? "validation" : data.test && "test";

const datasetOf = (part: Part): Dataset | undefined => (isLoader(part) ? part.dataset : part);

function affordable({ training }: Run): number {
  const { samples = 0, epoch = 0 } = training ?? {};
  return Math.min(most.samples, Math.ceil(most.share * samples * epoch));
}

/** The samples that are looked at, and where in the whole each of them stands. */
function someOf(
  whole: Dataset,
  count: number,
): { dataset: Dataset; placeOf: (index: number) => number } {
  const { length } = whole;
  if (length <= count) return { dataset: whole, placeOf: (index) => index };
  const places = Array.from({ length: count }, (_, index) => Math.floor((index * length) / count));
  return { dataset: new Subset(whole, places), placeOf: (index) => places[index] as number };
}

async function answersFor(run: Run, dataset: Dataset): Promise<Answers> {
  let [answers, targets] = [new Float64Array(0), new Float64Array(0)];
  let [answered, given] = [0, 0];
  const { length } = dataset;
  await run.trainer.report(new DataLoader(dataset, { batchSize: evaluationBatch }), {
    add: (answer: Tensor, target: Tensor) => {
      const samples = answer.shape[0] as number;
      if (answered === 0) {
        answers = new Float64Array((length * answer.size) / samples);
        targets = new Float64Array((length * target.size) / samples);
      }
      answers.set(answer.dataSync(), answered);
      targets.set(target.dataSync(), given);
      answered += answer.size;
      given += target.size;
    },
  });
  return { answers, targets, width: answers.length / length };
}
