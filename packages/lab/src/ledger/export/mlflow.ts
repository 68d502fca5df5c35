import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { sha256 } from "../../files/canonical.js";
import type { ExportedRun, MakeWriter } from "./index.js";

/** MLflow's numbers of states (`RunStatus`). */
const statuses: Readonly<Record<string, number>> = {
  running: 1,
  completed: 3,
  stopped: 3,
  failed: 4,
  interrupted: 5,
  killed: 5,
};

/** `SourceType.LOCAL`. */
const localSource = 4;

/**
 * MLflow's file store: experiments are folders, runs folders in them, each parameter, metric and tag a
 * file. The same run of the same ledger has the same place, and is replaced.
 */
export const mlflowWriter: MakeWriter = (path, ledger) => ({
  add: (exported) => {
    const { run } = exported;
    // A decimal number, as MLflow's own are; "0" is its default experiment.
    const experiment = BigInt(`0x${sha256(run.experiment).slice(0, 14)}`).toString();
    const id = sha256(`${ledger} ${run.id}`).slice(0, 32);
    const folder = resolve(path, experiment);
    mkdirSync(folder, { recursive: true });
    const times = [Date.parse(run.started), Date.parse(run.ended ?? run.started)];
    if (!existsSync(join(folder, "meta.yaml"))) {
      writeYaml(join(folder, "meta.yaml"), {
        artifact_location: pathToFileURL(folder).href,
        creation_time: times[0],
        experiment_id: experiment,
        last_update_time: times[1],
        lifecycle_stage: "active",
        name: run.experiment,
      });
    }
    const draft = join(folder, `.${id}.${process.pid}`);
    const place = join(folder, id);
    writeRun(draft, place, experiment, id, exported);
    rmSync(place, { recursive: true, force: true });
    renameSync(draft, place);
  },
  end: () => undefined,
});

function writeRun(
  folder: string,
  place: string,
  experiment: string,
  id: string,
  { run, series }: ExportedRun,
): void {
  for (const name of ["params", "metrics", "tags", "artifacts"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  writeYaml(join(folder, "meta.yaml"), {
    artifact_uri: pathToFileURL(join(place, "artifacts")).href,
    end_time: run.ended === null ? null : Date.parse(run.ended),
    entry_point_name: "",
    experiment_id: experiment,
    lifecycle_stage: "active",
    run_id: id,
    run_name: run.id,
    run_uuid: id,
    source_name: run.file,
    source_type: localSource,
    source_version: run.commit_hash ?? "",
    start_time: Date.parse(run.started),
    status: statuses[run.state] ?? statuses.completed,
    tags: [],
    user_id: run.actor,
  });
  for (const [name, value] of Object.entries({ ...run.hyperparameters, seed: run.seed })) {
    writeEntry(folder, "params", name, String(value));
  }
  for (const [name, points] of series) {
    const lines = points.map(({ time, value, step }) => `${Date.parse(time)} ${value} ${step}\n`);
    writeEntry(folder, "metrics", name, lines.join(""));
  }
  const tags = {
    "mlflow.runName": run.id,
    "mlflow.user": run.actor,
    "mlflow.source.name": run.file,
    "mlflow.source.type": "LOCAL",
    ...(run.commit_hash !== null && { "mlflow.source.git.commit": run.commit_hash }),
    "versant.code": run.code,
    "versant.data": run.data,
    ...(run.weights !== null && { "versant.weights": run.weights }),
    ...(run.from !== undefined && { "versant.from": run.from }),
    ...(run.reason !== null && { "versant.reason": run.reason }),
    ...(run.tags.trim() && { "versant.tags": run.tags.trim() }),
  };
  for (const [name, value] of Object.entries(tags)) writeEntry(folder, "tags", name, value);
}

/** Names that MLflow takes, and that no system takes for a path elsewhere. */
const entryName = (name: string): string =>
  name.replaceAll(/[^\p{L}\p{N}_. -]/gu, "_").replace(/^\.+/, (dots) => "_".repeat(dots.length));

const writeEntry = (folder: string, kind: string, name: string, content: string): void =>
  writeFileSync(join(folder, kind, entryName(name)), content);

/** Texts of JSON are texts of YAML. */
const writeYaml = (path: string, record: Readonly<Record<string, unknown>>): void =>
  writeFileSync(
    path,
    Object.entries(record)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
      .join(""),
  );
