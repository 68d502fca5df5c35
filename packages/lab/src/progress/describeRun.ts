import { formatTable, listed } from "@versant/core/internal";
import { describeCondition } from "../experiment/conditions.js";
import type { Event, OriginRecord } from "../ledger/events.js";
import type { RunRecord } from "../ledger/record.js";
import {
  checkpointLines,
  epochLines,
  peopleLines,
  servedLines,
  testLines,
} from "./describeCourse.js";
import { evaluationLines } from "./describeEvaluation.js";
import { formatCount, formatDuration, formatTime, printable, row } from "./format.js";
import { landscapeLines } from "./landscape.js";
import { originLines } from "./origin.js";
import { describePartLeaks } from "./partLeaks.js";

/** Everything about one run, for people: a line each. */
export function describeRun(record: RunRecord): string[] {
  const sections = {
    "": summaryLines(record),
    "Hyper-parameters": hyperparameterLines(record.started),
    Model: modelLines(record.started),
    Data: dataLines(record.started),
    Code: codeLines(record.started),
    Environment: environmentLines(record.started),
    Training: epochLines(record),
    "Test data": testLines(record),
    Evaluations: evaluationLines(record.evaluations),
    Landscape: record.landscapes.flatMap(({ payload }) => landscapeLines(payload)),
    People: peopleLines(record),
    Served: servedLines(record),
    Checkpoints: checkpointLines(record),
  };
  return Object.entries(sections)
    .flatMap(([title, lines]) =>
      lines.length === 0 ? [] : [...(title ? ["", title] : []), ...lines],
    )
    .map(printable);
}

function summaryLines({ run, started, ended, resumed, descendants }: RunRecord): string[] {
  const { about, command, search } = started.payload;
  const { name, key } = started.actor;
  const seconds = run.seconds === null ? "" : `, ${formatDuration(run.seconds)}`;
  const reason = run.reason === null ? "" : `: ${run.reason}`;
  return [
    `${run.id} (#${run.number}) of ${run.experiment}${about ? `: ${about}` : ""}`,
    row("state", `${run.state}${reason}`),
    row("reached", `epoch ${run.epochs}, step ${formatCount(run.steps)}${seconds}`),
    row("command", `versant ${command.join(" ")}`),
    ...(search ? [row("search", `trial ${search.trial} of ${search.name}`)] : []),
    row("started", `${formatTime(started.time)} UTC by ${name} (key ${key})`),
    ...resumed.flatMap(({ time, payload, actor }) => [
      row("resumed", `${formatTime(time)} UTC by ${actor.name}, at step ${payload.from.step}`),
      ...(payload.changes ?? []).map((change) => row("", change)),
      ...(payload.code ? [row("", `code SHA-256 ${payload.code.hash}`)] : []),
      ...(payload.data ? [row("", `data SHA-256 ${payload.data.hash}`)] : []),
    ]),
    ...(ended ? [row("ended", `${formatTime(ended.time)} UTC`)] : []),
    ...(run.weights === null ? [] : [row("weights", `SHA-256 ${run.weights}`)]),
    ...(started.payload.from ? beginningLines(started.payload.from) : []),
    ...(started.payload.loaded ?? []).map(({ file, weights }) =>
      row("loads", `${file}, SHA-256 ${weights}`),
    ),
    ...(descendants.length > 0 ? [row("descendants", listed(descendants))] : []),
    ...(run.repeats === null ? [] : [row("repeats", run.repeats)]),
    ...(run.tags.trim() ? [row("tags", run.tags.trim())] : []),
  ];
}

function beginningLines(from: OriginRecord): string[] {
  const { run, checkpoint, file, weights } = from;
  const source = run ? `${run}${checkpoint ? `@${checkpoint}` : ""}` : "";
  const name = [source, file].filter(Boolean).join(", ");
  return [...originLines({ ...from, name }), row("", `SHA-256 ${weights}`)];
}

function hyperparameterLines({ payload }: Event<"run.started">): string[] {
  const rows = payload.hyperparameters.map(({ name, value, source, declaration }) => {
    const range =
      declaration.kind === "choice"
        ? declaration.options.join(", ")
        : declaration.kind === "flag"
          ? "true, false"
          : `${declaration.min} to ${declaration.max}${declaration.scale === "log" ? ", log" : ""}`;
    const when = declaration.when ? `; when ${describeCondition(declaration.when)}` : "";
    return [name, String(value), source, `${range}${when}`, String(declaration.default)];
  });
  const header = ["name", "value", "from", "range", "default"];
  const { seed, fold } = payload;
  const all = [
    ...rows,
    ["seed", String(seed), "", "", ""],
    ...(fold ? [["fold", `${fold.index + 1} of ${fold.of}`, "", "", ""]] : []),
  ];
  return [...formatTable({ header, rows: all, numbersFrom: 5, cut: 3 }).lines];
}

const modelLines = ({ payload }: Event<"run.started">): string[] => [
  row("network", `${payload.model}, ${formatCount(payload.parameters)} parameters`),
  ...payload.layers.map(({ name, kind, output, parameters }) =>
    row(`  ${name}`, `${kind} -> ${output}, ${formatCount(parameters)} parameters`),
  ),
  row("loss", payload.loss),
  row("optimizer", payload.optimizer),
];

function dataLines({ payload }: Event<"run.started">): string[] {
  const { hash, parts, leaks } = payload.data;
  const checked =
    leaks === "not checked"
      ? [row("equal rows", leaks)]
      : Object.entries({ train: leaks.train, validation: leaks.validation, test: leaks.test })
          .flatMap(([name, part]) => (part ? [`${name}: ${describePartLeaks(part)}`] : []))
          .map((text, index) => row(index === 0 ? "equal rows" : "", text));
  const pairs = leaks === "not checked" ? [] : leaks.pairs;
  return [
    row("content", `SHA-256 ${hash}`),
    ...inOrder(parts).flatMap(([name, part]) => {
      const columns = part.columns.map(({ dtype, shape }) => `${dtype} (${shape.join(", ")})`);
      const classes = Object.entries(part.classes ?? {}).map(([label, count]) => [label, count]);
      return [
        row(`  ${name}`, `${formatCount(part.rows)} rows of ${columns.join(", ")}`),
        row("", `SHA-256 ${part.hash}`),
        ...(classes.length > 0 ? [row("", `classes ${classText(classes)}`)] : []),
      ];
    }),
    ...checked,
    ...pairs.map(({ part, row: index, equals }) =>
      row("  leak", `${part} row ${index} is ${equals.part} row ${equals.row}`),
    ),
  ];
}

const partOrder = ["train", "validation", "test"];

const inOrder = <T>(parts: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(parts).sort(([a], [b]) => partOrder.indexOf(a) - partOrder.indexOf(b));

const shownClasses = 12;

function classText(classes: readonly (readonly (string | number)[])[]): string {
  const shown = classes.slice(0, shownClasses).map(([label, count]) => `${label}: ${count}`);
  const others = classes.length - shown.length;
  return shown.join(", ") + (others > 0 ? `, and ${others} others` : "");
}

function codeLines({ payload }: Event<"run.started">): string[] {
  const { hash, commit, changes, lockFile, files, versant } = payload.code;
  return [
    row("content", `SHA-256 ${hash}`),
    row("commit", (commit ?? "none") + (changes ? ", with changes" : "")),
    ...(changes ? [row("changes", `object ${changes}`)] : []),
    ...(lockFile ? [row("lock file", `object ${lockFile}`)] : []),
    row("versant", versant),
    ...files.map(({ path, object }, index) => row(index === 0 ? "files" : "", `${path} ${object}`)),
  ];
}

function environmentLines({ payload }: Event<"run.started">): string[] {
  const { node, system, processor, cores, memoryMB, ...rest } = payload.environment;
  const { device, arithmetic, threads, host } = rest;
  return [
    row(
      "device",
      `${device}, arithmetic ${arithmetic}, ${threads} ${threads === 1 ? "thread" : "threads"}`,
    ),
    row("machine", `${host}: ${processor}, ${cores} cores, ${formatCount(memoryMB)} MB`),
    row("system", `${system}, Node ${node}`),
  ];
}
