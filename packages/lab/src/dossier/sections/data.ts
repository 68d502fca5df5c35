import type { PartRecord } from "../../honesty/data.js";
import { type Block, type Cell, foreignName } from "../blocks.js";
import { type Context, described, hashCell, partsInOrder, partWord } from "./context.js";

/** More classes than these are counted, not listed. */
const mostClasses = 50;

/** What the data are, and what was checked of them. */
export function data(context: Context): Block[] {
  const { facts, words, format } = context;
  const { parts, hash } = facts.history.data;
  const ordered = partsInOrder(context, parts);
  return [
    ...described(context, "origin", "labelling"),
    ...(ordered.length === 0
      ? [{ kind: "notice", status: "missing", text: words.noParts } as const]
      : [
          {
            kind: "table",
            header: words.partHeader,
            numbersFrom: words.partHeader.length - 1,
            rows: ordered.map(([name, { columns, rows }]) => [
              partWord(context, name),
              columns
                .map(({ dtype, shape }) => `${foreignName(dtype)} (${shape.join(", ")})`)
                .join(", "),
              format.count(rows),
            ]),
          } as const,
          { kind: "heading", text: words.partHashes } as const,
          {
            kind: "facts",
            rows: [
              ...ordered.map(([name, part]): [string, Cell] => [
                partWord(context, name),
                hashCell(part.hash),
              ]),
              [words.dataHash, hashCell(hash)],
            ],
          } as const,
        ]),
    ...classes(context, ordered),
    { kind: "heading", text: words.equalRows },
    ...equalRows(context),
  ];
}

function classes(context: Context, parts: readonly [string, PartRecord][]): Block[] {
  const { words, format } = context;
  const all = [...new Set(parts.flatMap(([, part]) => Object.keys(part.classes ?? {})))];
  if (all.length === 0) return [];
  const shown = all.slice(0, mostClasses);
  return [
    { kind: "heading", text: words.classesOf },
    {
      kind: "table",
      header: [words.className, ...parts.map(([name]) => partWord(context, name))],
      numbersFrom: 1,
      rows: shown.map((name) => [
        foreignName(name),
        ...parts.map(([, { classes: counts = {} }]) => format.count(counts[name] ?? 0)),
      ]),
    },
    ...(shown.length < all.length
      ? [
          {
            kind: "text",
            text: words.seeAll(format.count(shown.length), format.count(all.length)),
          } as const,
        ]
      : []),
  ];
}

function equalRows(context: Context): Block[] {
  const { facts, words, format } = context;
  const { leaks } = facts.history.data;
  if (leaks === "not checked")
    return [{ kind: "notice", status: "missing", text: words.notChecked }];
  const { train, validation, test, contradictions, random = [] } = leaks;
  const found = { train, ...(validation && { validation }), ...(test && { test }) };
  const count = (value: number | undefined): string =>
    value === undefined ? "–" : format.count(value);
  const isLeaky = [validation?.inTraining, test?.inTraining, test?.inValidation].some(
    (each) => each !== undefined && each > 0,
  );
  return [
    {
      kind: "table",
      header: words.leakHeader,
      numbersFrom: 1,
      rows: Object.entries(found).map(([name, part]) => [
        partWord(context, name),
        count(part.repeated),
        count(part.inTraining),
        count(part.inValidation),
      ]),
    },
    { kind: "text", text: words.contradictions(format.count(contradictions)) },
    ...(random.length > 0
      ? [
          {
            kind: "notice",
            status: "stale",
            text: words.randomParts(random.map((name) => partWord(context, name)).join(", ")),
          } as const,
        ]
      : []),
    isLeaky
      ? { kind: "notice", status: "missing", text: words.leaky }
      : { kind: "notice", status: "filled", text: words.noLeaks },
  ];
}
