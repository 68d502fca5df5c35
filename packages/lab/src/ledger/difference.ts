import type { CodeRecord } from "../provenance/code.js";
import type { Event, OriginRecord } from "./events.js";
import type { Ledger } from "./ledger.js";
import { findRun, type RunSummary } from "./runs.js";

/** What can stand in a cell: a leaf of a record. */
export type Leaf = string | number | boolean | null;

/** A name and its value in each run; undefined where a run has none. */
export interface Difference {
  readonly name: string;
  readonly values: readonly (Leaf | undefined)[];
}

/** The sides of a run that can be compared. */
export const sections = [
  ...(["hyper-parameters", "model", "data", "code", "environment", "course", "scores"] as const),
] as const;
export type Section = (typeof sections)[number];

/** A run with what it was started from. */
export interface Compared {
  readonly run: RunSummary;
  readonly started: Event<"run.started">;
}

/** A file that differs: the hashes of its contents in both runs, where it was kept. */
export interface FileDifference {
  readonly path: string;
  readonly objects: readonly [string | undefined, string | undefined];
}

/** @throws ArgumentError when a word means no run, or several */
export async function readCompared(
  ledger: Ledger,
  words: readonly string[],
): Promise<readonly Compared[]> {
  const all: Compared[] = [];
  for (const word of words) {
    const run = await findRun(ledger, word);
    const [started] = await ledger.events({ run: run.id, types: ["run.started"] });
    if (!started) throw new Error(`the run ${run.id} stands in the list, but has no beginning`);
    all.push({ run, started });
  }
  return all;
}

/** What differs between runs, by section; sections in which all are equal are not there. */
export function differencesOf(all: readonly Compared[]): ReadonlyMap<Section, Difference[]> {
  const leaves = all.map(leavesOf);
  return new Map(
    sections.flatMap((section) => {
      const names = new Set(leaves.flatMap((each) => [...each[section].keys()]));
      const rows = [...names]
        .map((name) => ({ name, values: leaves.map((each) => each[section].get(name)) }))
        .filter(({ values }) => new Set(values).size > 1);
      return rows.length > 0 ? [[section, rows] as const] : [];
    }),
  );
}

function leavesOf({ run, started }: Compared): Record<Section, Map<string, Leaf>> {
  const { hyperparameters, seed, fold, code, data, environment, ...rest } = started.payload;
  const { experiment, model, layers, parameters, loss, optimizer, from, loaded } = rest;
  const { process: _process, ...machine } = environment;
  const { files: _files, ...version } = code;
  return {
    "hyper-parameters": new Map<string, Leaf>([
      ...hyperparameters.map(({ name, value }) => [name, value] as const),
      ["seed", seed],
      ...(fold ? [["fold", `${fold.index + 1} of ${fold.of}`] as const] : []),
    ]),
    model: new Map([
      ...flatten({
        experiment,
        model,
        parameters,
        loss,
        optimizer,
        from: from && beginningOf(from),
        loaded,
      }),
      ...layers.map(({ name, kind, output }) => [`layer ${name}`, `${kind} -> ${output}`] as const),
    ]),
    data: flatten(data),
    code: flatten(version),
    environment: flatten(machine),
    course: flatten({
      state: run.state,
      epochs: run.epochs,
      steps: run.steps,
      weights: run.weights,
    }),
    scores: flatten(run.scores),
  };
}

/** What it begins with, without the list of all that was taken over. */
const beginningOf = ({ run, checkpoint, file, weights, fresh, frozen }: OriginRecord) => ({
  ...{ run, checkpoint, file, weights },
  ...(fresh.length > 0 && { fresh }),
  ...(frozen.length > 0 && { frozen }),
});

/** The leaves of a record by path, such as "parts.train.rows". */
function flatten(value: unknown, path = "", into = new Map<string, Leaf>()): Map<string, Leaf> {
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) {
    into.set(path, `(${value.join(", ")})`);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      flatten(each, path ? `${path}.${name}` : name, into);
    }
  } else if (value !== undefined) {
    into.set(path, value as Leaf);
  }
  return into;
}

/** The files of the experiment that are not the same in both runs. */
export function fileDifferences(a: CodeRecord, b: CodeRecord): FileDifference[] {
  const [before, after] = [a, b].map(
    ({ files }) => new Map(files.map(({ path, object }) => [path, object])),
  ) as [Map<string, string>, Map<string, string>];
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .map((path) => ({ path, objects: [before.get(path), after.get(path)] as const }))
    .filter(({ objects: [old, now] }) => old !== now);
}
