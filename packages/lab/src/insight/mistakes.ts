import { DataLoader, type Dataset, isLoader, Subset, type Tensor } from "@versant/core";
import { evaluationBatch, type Part } from "../experiment/part.js";
import type { Run } from "../experiment/run.js";
import type { Mistakes } from "../ledger/insightEvents.js";
import type { Signature } from "../signature/signature.js";
import { confusionOf } from "./confusion.js";
import { errorsOf } from "./errors.js";

/** Samples that are looked at; of larger parts, these many, evenly spread. */
const mostSamples = 10_000;

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
  const { dataset, placeOf } = someOf(whole);
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

/** The samples that are looked at, and where in the whole each of them stands. */
function someOf(whole: Dataset): { dataset: Dataset; placeOf: (index: number) => number } {
  const { length } = whole;
  if (length <= mostSamples) return { dataset: whole, placeOf: (index) => index };
  const places = Array.from({ length: mostSamples }, (_, index) =>
    Math.floor((index * length) / mostSamples),
  );
  return { dataset: new Subset(whole, places), placeOf: (index) => places[index] as number };
}

async function answersFor(run: Run, dataset: Dataset): Promise<Answers> {
  const answers: number[] = [];
  const targets: number[] = [];
  await run.trainer.report(new DataLoader(dataset, { batchSize: evaluationBatch }), {
    add: (answer: Tensor, target: Tensor) => {
      for (const value of answer.dataSync()) answers.push(value);
      for (const value of target.dataSync()) targets.push(value);
    },
  });
  return {
    answers: Float64Array.from(answers),
    targets: Float64Array.from(targets),
    width: answers.length / dataset.length,
  };
}
