import { descriptionItems, isItemName } from "../../accountability/items.js";
import { type Block, foreign, foreignName } from "../blocks.js";
import type { Gap } from "../points.js";
import { type Context, hashCell, stateWord } from "./context.js";

/** Which run it is, whether the ledger holds, and the state of every point. */
export function overview(context: Context): Block[] {
  const { points, words } = context;
  return [
    ...identity(context),
    {
      kind: "table",
      header: words.overviewHeader,
      numbersFrom: words.overviewHeader.length,
      rows: points.map(({ point, status, gaps }) => [
        point,
        words.points[point],
        words[status],
        gaps.map((gap) => gapWord(context, gap)).join(", "),
      ]),
    },
  ];
}

/** Which run it is, and whether the ledger that says so holds. */
export function identity(context: Context): Block[] {
  const { facts, words, format } = context;
  const { run, started, ended } = facts.history;
  const { fault, events, warnings } = facts.verification;
  const { search } = started.payload;
  const count = format.count(events);
  const where =
    fault?.sequence === undefined ? words.noEvent : words.event(format.count(fault.sequence));
  return [
    {
      kind: "facts",
      rows: [
        [words.run, `${foreignName(run.id)} (#${run.number})`],
        [words.experiment, foreignName(run.experiment)],
        [
          words.state,
          `${stateWord(context, run.state)}${run.reason ? `: ${foreign(run.reason)}` : ""}`,
        ],
        [words.begun, format.time(run.started)],
        [words.ended, run.ended ? format.time(run.ended) : "–"],
        [words.trainedBy, foreignName(run.actor)],
        [words.command, { code: foreign(["versant", ...started.payload.command].join(" ")) }],
        ...(run.repeats ? [[words.repeats, foreignName(run.repeats)] as const] : []),
        ...(search
          ? [
              [
                words.search,
                words.searchTrial(format.count(search.trial), foreignName(search.name)),
              ] as const,
            ]
          : []),
        [words.weights, hashCell(ended?.payload.weights)],
      ],
    },
    {
      kind: "notice",
      status: fault ? "missing" : "filled",
      text: fault ? words.notVerified(where, foreign(fault.reason)) : words.verified(count),
    },
    ...warnings.map((warning) => ({
      kind: "notice" as const,
      status: "stale" as const,
      text: words.ledgerWarning(foreign(warning)),
    })),
  ];
}

function gapWord({ words, language }: Context, { what, status }: Gap): string {
  const name = isItemName(what) ? descriptionItems[what].label[language] : words.gaps[what];
  return status === "stale" ? `${name} (${words.stale})` : name;
}
