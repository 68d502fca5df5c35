import { ArgumentError, noGradient, randomState, restoreRandomState } from "@versant/core";
import { sizeOf } from "@versant/core/internal";
import { loadExperiment } from "../experiment/load.js";
import { evaluationLoader, type PartName, partNames } from "../experiment/part.js";
import { Run } from "../experiment/run.js";
import { inspectData } from "../honesty/inspectData.js";
import type { Ledger } from "../ledger/ledger.js";
import { readModelFile } from "../model/modelFile.js";
import type { TrainedModel } from "../model/trainedModel.js";
import { recordedFile } from "../provenance/root.js";
import { readRecorded } from "../recording/recordedRun.js";
import type { Output } from "../signature/signature.js";
import { answeredOf, type Row } from "./answered.js";
import type { Measured } from "./evaluateModel.js";
import { targetOf } from "./target.js";

/** A part that was measured. */
export interface MeasuredPart {
  readonly measured: Measured;
  /** SHA-256 of the part's content, as `versant show` has it. */
  readonly hash: string;
  /** Whether the run was trained with a part of this name and this content; undefined where that was not recorded. */
  readonly isRecorded: boolean | undefined;
}

/** A model whose experiment is to be run. */
export interface AskedModel {
  readonly model: TrainedModel;
  /** What it was opened by: its run, or a checkpoint of it. */
  readonly source: string;
  readonly run: string;
}

/**
 * The model's answers to a part of the data that its experiment gives: the experiment's file is run, with the values and the
 * seed of the run.
 *
 * @throws ArgumentError when the experiment has no such part
 */
export async function measurePart(
  ledger: Ledger,
  { model, source, run }: AskedModel,
  part: PartName,
): Promise<MeasuredPart> {
  const { output } = model.signature;
  // Refuses models that cannot be evaluated.
  targetOf(model.signature, "target");
  const recorded = readRecorded(await ledger.events({ run }));
  const { bytes } = await readModelFile(source, ledger);
  const experiment = await loadExperiment(await recordedFile(ledger.folder, recorded.started.file));
  const from = { name: run, bytes };
  const { setup } = await Run.prepare(experiment, { ...recorded.settings, from });
  const data = setup.data[part];
  if (data === undefined) {
    const known = partNames.filter((name) => setup.data[name]);
    throw new ArgumentError(
      `--part: the experiment has no part ${part}, expected one of ${known.join(", ")}.`,
    );
  }
  const answered = answeredOf(output);
  const ids: string[] = [];
  setup.model.eval();
  const state = randomState();
  const loader = evaluationLoader(data);
  for await (const read of loader.read(0)) {
    const batch = loader.gather(read);
    const target = batch.at(-1);
    if (!target) throw new ArgumentError(`--part: a batch of ${part} is empty.`);
    const answers = noGradient(() => setup.model.forward(...batch.slice(0, -1)));
    const expected = await target.data();
    const width = expected.length / (target.shape[0] ?? 1);
    const rows = Array.from({ length: target.shape[0] ?? 0 }, (_, row): Row => {
      const id = String(ids.length + row);
      const own = Array.from(expected.subarray(row * width, (row + 1) * width), Number);
      return { id, place: `${part}, row ${id}`, expected: expectedOf(output, own) };
    });
    answered.add(rows, await answers.data());
    ids.push(...rows.map(({ id }) => id));
  }
  restoreRandomState(state);
  const hash = (await inspectData({ train: data })).parts.train?.hash ?? "unknown";
  const before = recorded.basis.data.parts[part]?.hash;
  return {
    measured: { judged: answered.judge(), ids, slicings: [], skipped: 0 },
    hash,
    isRecorded: before === undefined ? undefined : before === hash,
  };
}

/** A target as the dataset stores it: the index of a class, or numbers in the model's unit. */
function expectedOf(output: Output, stored: readonly number[]): readonly number[] {
  if (output.kind !== "numbers") {
    if (stored.length === 1) return stored.map(Math.round);
    throw new ArgumentError(
      `--part: a target has ${stored.length} numbers, expected one, the index of a class.`,
    );
  }
  if (stored.length !== sizeOf(output.shape)) {
    throw new ArgumentError(
      `--part: a target has ${stored.length} numbers, expected ${sizeOf(output.shape)}, as the model answers.`,
    );
  }
  const { scale } = output;
  const at = (list: readonly number[], place: number): number =>
    list[place % list.length] as number;
  return scale
    ? stored.map((value, place) => value * at(scale.deviation, place) + at(scale.mean, place))
    : stored;
}
