import { realpathSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { ArgumentError, type nn, randomState, restoreRandomState, Trainer } from "@versant/core";
import { loadExperiment } from "../experiment/load.js";
import { Run } from "../experiment/run.js";
import type { Event } from "../ledger/events.js";
import type { Landscape, LandscapePoint, LandscapeRecord } from "../ledger/landscapeEvent.js";
import { filesChanged } from "../provenance/filesChanged.js";
import { projectRoot, recordedFile } from "../provenance/root.js";
import { findOrigin } from "../recording/origin.js";
import { randomDirections } from "./directions.js";
import { type PrincipalPlane, principalPlane } from "./principal.js";
import { type LandscapePart, type Sample, sampleOf } from "./sample.js";
import type { KeptState } from "./stateKeeper.js";
import { finite, type GridAxes, placesBesideGrid, spaced, surfaceOf } from "./surface.js";
import { type RecordedIn, trainAgain } from "./trainAgain.js";
import { type Plane, weightsIn } from "./weights.js";

export interface LandscapeOptions {
  readonly directions: LandscapeRecord["directions"];
  /** Default: validation, where there is one. */
  readonly part?: LandscapePart;
  /** Places along each side. */
  readonly grid: number;
  /** Samples that the loss is the mean of. */
  readonly samples: number;
  /** Decides random directions. Default: the run's. */
  readonly seed?: number;
}

/** How far the work is: epochs that are trained again, or places that are measured. */
export interface LandscapeProgress {
  readonly stage: "training" | "measuring";
  readonly done: number;
  readonly total: number;
}

/** What is drawn around the path of a training, as a share of its extent. */
const margin = 0.25;

/**
 * Measures the loss of a finished run's model on a plane through its weights (Li et al., "Visualizing the Loss Landscape
 * of Neural Nets", 2018), in evaluation mode and with the experiment's own loss, and records it. The experiment's file is
 * run, with the values and the seed of the run, if it is still the one that was recorded.
 *
 * @throws ArgumentError when the code has changed, the run has no weights, or its path cannot be had
 */
export async function recordLandscape(
  found: RecordedIn,
  options: LandscapeOptions,
  told: (progress: LandscapeProgress) => void = () => {},
): Promise<Event<"landscape">> {
  const { ledger, summary, recorded } = found;
  const { directions, part, grid, samples, seed = recorded.settings.seed } = options;
  const began = performance.now();
  const file = await recordedFile(ledger.folder, recorded.started.file);
  await requireUnchanged(found, file);
  const experiment = await loadExperiment(file);
  const { run, path = [] } =
    directions === "path"
      ? await trainAgain(found, experiment, (done, total) =>
          told({ stage: "training", done, total }),
        )
      : { run: await runWithWeights(found, experiment) };
  const sample = sampleOf(run.setup.data, part, { count: samples, seed: recorded.settings.seed });
  const { model } = run.setup;
  const measure = meterOf(run, sample);
  const random = randomState();
  try {
    const losses: (number | null)[] = [];
    for (const { state } of path) {
      model.loadStateDict(state);
      losses.push(await finite(measure));
    }
    const { plane, axes, principal } = planeOf(model, path, { seed, grid });
    const total = grid ** 2 + placesBesideGrid;
    const surface = await surfaceOf(model, { plane, axes }, measure, (done) =>
      told({ stage: "measuring", done, total }),
    );
    const content: Landscape = {
      ...axes,
      loss: surface.loss,
      ...(principal && { path: pathIn(principal, path, losses) }),
    };
    const object = await ledger.objects.put(JSON.stringify(content));
    const { looked, samples: all } = sample;
    const payload: LandscapeRecord = {
      ...{ directions, part: sample.part, looked, samples: all, grid, seed, object },
      weights: summary.weights ?? "",
      loss: surface.center,
      ...extremes(surface.loss),
      curvature: surface.curvature,
      ...(principal && { explained: principal.explained }),
      seconds: Math.round(performance.now() - began) / 1000,
    };
    const draft = { type: "landscape", run: summary.id, payload } as const;
    const [event] = await ledger.append([draft]);
    return event as Event<"landscape">;
  } finally {
    restoreRandomState(random);
  }
}

/** The plane in which the path lies best; without a path one along random directions. */
function planeOf(
  model: nn.AnyModule,
  path: readonly KeptState[],
  { seed, grid }: { readonly seed: number; readonly grid: number },
): { plane: Plane; axes: GridAxes; principal?: PrincipalPlane } {
  const center = weightsIn(model.stateDict(), model);
  if (path.length === 0) {
    const side = spaced(-1, 1, grid);
    return {
      plane: { center, directions: randomDirections(model, seed) },
      axes: { x: side, y: side },
    };
  }
  const principal = principalPlane(path.map(({ state }) => weightsIn(state, model)));
  const { directions, places } = principal;
  const axes = { x: axisAround(places, 0, grid), y: axisAround(places, 1, grid) };
  return { plane: { center, directions }, axes, principal };
}

const pathIn = (
  { places }: PrincipalPlane,
  path: readonly KeptState[],
  losses: readonly (number | null)[],
): LandscapePoint[] =>
  path.map(({ epoch, step }, index) => {
    const [x, y] = places[index] as readonly [number, number];
    return { epoch, step, x, y, loss: losses[index] ?? null };
  });

/** What is not as it was may compute something else, or do anything: it is not run. */
async function requireUnchanged({ summary, recorded }: RecordedIn, file: string): Promise<void> {
  const { id } = summary;
  const { files } = recorded.basis.code;
  const root = await projectRoot(dirname(file));
  const own = relative(root, realpathSync(file)).split(sep).join("/");
  if (!files.some(({ path }) => path === own)) {
    throw new ArgumentError(
      `landscape: the code of ${id} does not have ${own}, expected a run whose experiment's file was recorded; train anew.`,
    );
  }
  const changed = filesChanged(files, root);
  if (changed.length === 0) return;
  throw new ArgumentError(
    `landscape: ${changed.join(", ")} changed since ${id} was trained, expected the code that was recorded, as ` +
      `other code is another landscape; \`versant show ${id}\` names the commit, or train anew.`,
  );
}

async function runWithWeights(
  { ledger, summary, recorded }: RecordedIn,
  experiment: Parameters<typeof Run.prepare>[0],
): Promise<Run> {
  const { origin } = await findOrigin(ledger, { source: summary.id });
  return Run.prepare(experiment, { ...recorded.settings, from: origin });
}

/** The experiment's own loss, without averages of the weights: those are in them already. */
function meterOf({ setup }: Run, { loader }: Sample): () => Promise<number> {
  const { model, loss, optimizer } = setup;
  const trainer = new Trainer({ model, loss, optimizer });
  return async () => (await trainer.evaluate(loader)).loss as number;
}

/** Numbers from before the path's first place on an axis to behind its last. */
function axisAround(
  places: readonly (readonly [number, number])[],
  axis: 0 | 1,
  count: number,
): number[] {
  const values = places.map((place) => place[axis]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = margin * (high - low);
  return spaced(low - room, high + room, count);
}

function extremes(loss: Landscape["loss"]): Pick<LandscapeRecord, "lowest" | "highest"> {
  const values = loss.flat().filter((each) => each !== null);
  if (values.length === 0) return { lowest: null, highest: null };
  return {
    lowest: values.reduce((a, b) => Math.min(a, b)),
    highest: values.reduce((a, b) => Math.max(a, b)),
  };
}
