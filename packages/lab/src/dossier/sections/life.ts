import { bindingParts } from "../../accountability/history.js";
import type { Event } from "../../ledger/events.js";
import { type Block, type Cell, foreign, foreignName, foreignSentence } from "../blocks.js";
import type { ApprovalFact, Change } from "../facts.js";
import { type Context, described, hashCell, stateWord } from "./context.js";

/** What happened to the model, from its start on. */
export function life(context: Context): Block[] {
  const { facts, words, format } = context;
  const { started, ended } = facts.history;
  const weights = ended?.payload.weights;
  const row = (time: string, what: string, who: string, why = ""): Cell[] => [
    format.time(time),
    what,
    foreignName(who),
    why,
  ];
  return [
    ...described(context, "plannedChanges"),
    {
      kind: "table",
      header: words.lifeHeader,
      numbersFrom: words.lifeHeader.length,
      rows: [
        row(started.time, words.started, started.actor.name),
        ...facts.changes.map((change) => {
          const [what, why] = describeChange(context, change);
          return row(change.time, what, whoOf(context, change), why);
        }),
      ],
    },
    ...(facts.repeatedBy.length > 0
      ? [
          { kind: "heading", text: words.repeatedBy } as const,
          {
            kind: "table",
            header: words.repeatHeader,
            numbersFrom: words.repeatHeader.length,
            rows: facts.repeatedBy.map((each) => [
              foreignName(each.run),
              each.weights === null
                ? words.unknown
                : each.weights === weights
                  ? words.yes
                  : words.no,
            ]),
          } as const,
        ]
      : []),
    ...(facts.descendants.length > 0
      ? [
          { kind: "heading", text: words.descendants } as const,
          { kind: "text", text: facts.descendants.map(foreignName).join(", ") } as const,
        ]
      : []),
  ];
}

/** Of what was steered, whoever asked for it: the training only applied it. */
const whoOf = ({ facts }: Context, change: Change): string =>
  facts.steering.find(({ applied }) => applied === change)?.request?.actor.name ??
  change.actor.name;

function describeChange(
  context: Context,
  change: Change,
): [what: string, why?: string | undefined] {
  const { words, format } = context;
  switch (change.type) {
    case "run.resumed": {
      const { from, changes = [] } = change.payload;
      const what = words.resumed(format.count(from.step));
      return [what, changes.length > 0 ? foreign(changes.join(", ")) : undefined];
    }
    case "run.ended": {
      const { state, reason } = change.payload;
      return [words.endedAs(stateWord(context, state)), reason && foreign(reason)];
    }
    case "steer.applied":
      return steered(context, change);
    case "steer.requested": {
      const { payload } = change;
      const value = payload.action === "learningRate" ? format.number(payload.value) : undefined;
      return [words.notApplied(words.actions[payload.action], value), foreign(payload.why)];
    }
    case "decision":
      return [
        words.decided(foreignName(change.payload.title)),
        foreignSentence(change.payload.why),
      ];
    case "approval":
      return [words.approvedIt, foreignSentence(change.payload.statement)];
  }
}

function steered(
  { facts, words, format }: Context,
  event: Event<"steer.applied">,
): [what: string, why?: string | undefined] {
  const { payload } = event;
  const why = facts.steering.find(({ applied }) => applied === event)?.request?.payload.why;
  const step = format.count(payload.place.step);
  const before = payload.from === undefined ? "" : format.number(payload.from);
  const what =
    payload.action === "learningRate"
      ? words.rateChanged(step, before, format.number(payload.value))
      : words.steered[payload.action](step);
  return [what, why === undefined ? undefined : foreign(why)];
}

/** Who answers for it, for what, and whether that still stands. */
export function approvals(context: Context): Block[] {
  const { facts, words } = context;
  if (facts.approvals.length === 0) {
    return [{ kind: "notice", status: "missing", text: words.noApprovals }];
  }
  return facts.approvals.flatMap((approval) => approvalBlocks(context, approval));
}

function approvalBlocks(
  { words, format }: Context,
  { event: { payload, actor, time, signature }, changed }: ApprovalFact,
): Block[] {
  const isStale = changed.length > 0;
  const labels = {
    weights: words.weights,
    data: words.dataHash,
    code: words.code,
    evaluation: words.evaluationHash,
  };
  const { despite, leaks, changes } = payload;
  const doubts = [leaks, changes].flatMap((each) => each ?? []).join("; ");
  return [
    {
      kind: "quote",
      label: words.approvedBy(foreignName(actor.name)),
      text: foreign(payload.statement),
      source: format.time(time),
      status: isStale ? "stale" : "filled",
    },
    ...(isStale ? [{ kind: "notice", status: "stale", text: words.staleApproval } as const] : []),
    {
      kind: "table",
      header: words.bindingHeader,
      numbersFrom: words.bindingHeader.length,
      rows: bindingParts.map((part) => [
        labels[part],
        hashCell(payload[part]),
        changed.includes(part) ? words.changed : words.unchanged,
      ]),
    },
    {
      kind: "facts",
      rows: [
        [words.key, hashCell(actor.key)],
        [words.signed, { code: foreign(signature) }],
        ...(despite ? [[words.despite, `${foreign(despite)} (${foreign(doubts)})`] as const] : []),
      ],
    },
  ];
}
