import type { Declaration, HyperparameterRecord } from "../../experiment/declarations.js";
import { type Block, type Cell, foreign, foreignName, foreignSentence } from "../blocks.js";
import { type Context, described, hashCell } from "./context.js";

/** How it was developed, and who decided what. */
export function design(context: Context): Block[] {
  const { facts, words } = context;
  const { code } = facts.history;
  return [
    ...described(context, "methods", "design"),
    ...origin(context),
    { kind: "heading", text: words.decisions },
    ...(facts.decisions.length === 0
      ? [{ kind: "text", text: words.noDecisions } as const]
      : facts.decisions.flatMap((event) => decision(context, event))),
    { kind: "heading", text: words.sourceFiles },
    {
      kind: "facts",
      rows: [
        [words.code, hashCell(code.hash)],
        [words.commit, hashCell(code.commit)],
        [words.changesSince, hashCell(code.changes)],
        [words.lockFile, hashCell(code.lockFile)],
        [words.version, foreignName(code.versant)],
      ],
    },
    {
      kind: "table",
      header: words.fileHeader,
      numbersFrom: words.fileHeader.length,
      rows: code.files.map(({ path, object }) => [foreignName(path), hashCell(object)]),
    },
    ...(facts.filesChanged.length > 0
      ? [
          {
            kind: "notice",
            status: "stale",
            text: words.filesChanged(facts.filesChanged.map(foreignName).join(", ")),
          } as const,
        ]
      : []),
  ];
}

/** The model that it was made from, where it was: Annex IV asks for what was taken over. */
function origin({ facts, words, format }: Context): Block[] {
  const { from, loaded = [] } = facts.history.started.payload;
  const files = loaded.map(({ file, weights }): Block => {
    const rows: [string, Cell][] = [
      [words.weights, hashCell(weights)],
      [words.originFile, foreignName(file)],
    ];
    return { kind: "facts", rows };
  });
  const heading = { kind: "heading", text: words.origin } as const;
  if (!from) return files.length > 0 ? [heading, ...files] : [];
  const { run, checkpoint, file, weights, taken, fresh, frozen, unexpected } = from;
  const rows: [string, Cell][] = [[words.weights, hashCell(weights)]];
  if (run !== undefined) rows.push([words.originRun, foreignName(run)]);
  if (checkpoint) rows.push([words.originCheckpoint, words.whichCheckpoint[checkpoint]]);
  if (file !== undefined) rows.push([words.originFile, foreignName(file)]);
  rows.push([words.originTaken, format.count(taken.length)]);
  const lists = [
    [words.originFresh, fresh],
    [words.originFrozen, frozen],
    [words.originUnexpected, unexpected],
  ] as const;
  for (const [label, names] of lists) {
    if (names.length > 0) rows.push([label, foreign(names.join(", "))]);
  }
  return [heading, { kind: "facts", rows }, ...files];
}

function decision(
  { words, format }: Context,
  { payload, actor, time }: Context["facts"]["decisions"][number],
): Block[] {
  const { title, why, from, to, alternatives, evidence } = payload;
  const rows: [string, Cell][] = [];
  if (from !== undefined && to !== undefined) {
    rows.push([words.from, foreign(from)], [words.to, foreign(to)]);
  }
  if (alternatives.length > 0)
    rows.push([words.alternatives, alternatives.map(foreign).join("; ")]);
  if (evidence.length > 0) rows.push([words.evidence, evidence.map(foreignName).join("; ")]);
  const source = words.by(foreignName(actor.name), format.time(time));
  return [
    { kind: "quote", label: foreignSentence(title), text: foreign(why), source, status: "filled" },
    ...(rows.length > 0 ? [{ kind: "facts", rows } as const] : []),
  ];
}

/** Every hyper-parameter: what it could be, what it was, and why. */
export function hyperparameters(context: Context): Block[] {
  const { words, facts } = context;
  const { payload } = facts.history.started;
  const header = words.hyperparameterHeader;
  return [
    {
      kind: "table",
      header,
      numbersFrom: header.length - 1,
      rows: payload.hyperparameters.map((each) => hyperparameter(context, each)),
    },
    {
      kind: "facts",
      rows: [
        [words.seed, String(payload.seed)],
        [words.loss, foreignSentence(payload.loss)],
        [words.optimizer, foreignSentence(payload.optimizer)],
        [
          words.batches,
          payload.batches === null ? words.unknown : context.format.count(payload.batches),
        ],
      ],
    },
  ];
}

function hyperparameter(context: Context, record: HyperparameterRecord): Cell[] {
  const { words } = context;
  const { name, value, source, declaration } = record;
  return [
    foreignName(name),
    foreignSentence(declaration.about),
    possible(context, declaration),
    words.sources[source],
    valueWord(context, value),
  ];
}

/** What a value might have been, and with which values of others it matters. */
function possible(context: Context, declaration: Declaration): string {
  const { words } = context;
  return Object.entries(declaration.when ?? {}).reduce(
    (values, [name, wanted]) => {
      const options = wanted.map((value) => valueWord(context, value)).join(", ");
      return words.onlyWhen(values, foreignName(name), options);
    },
    possibleValues(context, declaration),
  );
}

function possibleValues({ words, format }: Context, declaration: Declaration): string {
  switch (declaration.kind) {
    case "choice":
      return declaration.options.map(foreignName).join(", ");
    case "flag":
      return `${words.yes}, ${words.no}`;
    default: {
      const { min, max, scale } = declaration;
      return words.rangeOf(format.number(min), format.number(max), scale === "log");
    }
  }
}

function valueWord({ words, format }: Context, value: unknown): string {
  if (typeof value === "boolean") return value ? words.yes : words.no;
  return typeof value === "number" ? format.number(value) : foreignName(String(value));
}

/** More layers than these are counted, not listed: no browser lays out a table of a hundred thousand rows. */
const mostLayers = 1000;

/** The layers, and what training took. */
export function architecture({ facts, words, format }: Context): Block[] {
  const { started, ended, run } = facts.history;
  const { environment, layers, model, parameters } = started.payload;
  const megabytes = (count: number): string => words.megabytes(format.count(count));
  return [
    {
      kind: "facts",
      rows: [
        [words.model, foreignName(model)],
        [words.parameters, format.count(parameters)],
      ],
    },
    {
      kind: "table",
      header: words.layerHeader,
      numbersFrom: words.layerHeader.length - 1,
      rows: layers
        .slice(0, mostLayers)
        .map((layer) => [
          foreignName(layer.name),
          foreignName(layer.kind),
          foreignName(layer.output),
          format.count(layer.parameters),
        ]),
    },
    ...(layers.length > mostLayers
      ? [
          {
            kind: "text",
            text: words.seeAll(format.count(mostLayers), format.count(layers.length)),
          } as const,
        ]
      : []),
    { kind: "heading", text: words.resources },
    {
      kind: "facts",
      rows: [
        [words.system, foreignName(environment.system)],
        ["Node", foreignName(environment.node)],
        [words.processor, foreignName(environment.processor)],
        [words.cores, format.count(environment.cores)],
        [words.memory, megabytes(environment.memoryMB)],
        [words.device, foreignName(environment.device)],
        [words.arithmetic, foreignName(environment.arithmetic)],
        [words.threads, format.count(environment.threads)],
        [words.host, foreignName(environment.host)],
        [words.peakMemory, ended ? megabytes(ended.payload.peakMemoryMB) : "–"],
        [words.duration, run.seconds === null ? "–" : `${format.score(run.seconds)} s`],
      ],
    },
  ];
}
