import { bindingOf } from "../accountability/history.js";
import { descriptionItems, type ItemName, itemNames } from "../accountability/items.js";
import type { Facts } from "./facts.js";

/** The points of Annex IV of Regulation (EU) 2024/1689 that a model's file can answer. */
const pointNames = [
  "1(a)",
  "1(b)",
  "1(c)",
  "1(d)",
  "1(e)",
  "1(g)",
  "1(h)",
  "2(a)",
  "2(b)",
  "2(c)",
  "2(d)",
  "2(e)",
  "2(f)",
  "2(g)",
  "2(h)",
  "3",
  "4",
  "5",
  "6",
  "7",
  "8",
  "9",
] as const;
export type PointName = (typeof pointNames)[number];

export type Status = "filled" | "missing" | "stale";

/** What the ledger itself has to hold for a point. */
export type RecordName =
  | "completed"
  | "code"
  | "data"
  | "leaks"
  | "validation"
  | "test"
  | "approval";

/** Something that a point lacks, or that is older than what it speaks of. */
export interface Gap {
  readonly status: "missing" | "stale";
  readonly what: ItemName | RecordName;
}

export interface PointState {
  readonly point: PointName;
  readonly status: Status;
  readonly gaps: readonly Gap[];
}

/** Points for which human text is not enough, or that need none. */
const records: Partial<Record<PointName, readonly RecordName[]>> = {
  "1(c)": ["completed"],
  "2(a)": ["code"],
  "2(c)": ["completed"],
  "2(d)": ["data", "leaks"],
  "2(g)": ["validation", "test", "approval"],
};

/** Filled where everything is there; missing before stale, because it says less. */
export function pointStates(facts: Facts): PointState[] {
  return pointNames.map((point) => {
    const gaps = [
      ...itemNames
        .filter((item) => descriptionItems[item].point === point)
        .flatMap((item) => gapOf(item, describedAs(facts, item))),
      ...(records[point] ?? []).flatMap((each) => gapOf(each, recordedAs(facts, each))),
    ];
    const worst = (["missing", "stale"] as const).find((status) =>
      gaps.some((gap) => gap.status === status),
    );
    return { point, status: worst ?? "filled", gaps };
  });
}

const gapOf = (what: Gap["what"], status: Status): Gap[] =>
  status === "filled" ? [] : [{ status, what }];

function describedAs({ descriptions }: Facts, item: ItemName): Status {
  const text = descriptions[item];
  if (!text) return "missing";
  return text.isStale ? "stale" : "filled";
}

function recordedAs(facts: Facts, what: RecordName): Status {
  const { history, approvals, epochs } = facts;
  const { code, data } = history;
  const present = (is: boolean): Status => (is ? "filled" : "missing");
  switch (what) {
    case "completed":
      return present(history.run.state === "completed");
    case "code":
      if (code.files.length === 0) return "missing";
      return facts.filesChanged.length > 0 ? "stale" : "filled";
    case "data":
      return present(bindingOf(history).data !== "");
    case "leaks":
      return present(data.leaks !== "not checked");
    case "validation":
      return present(epochs.some(({ payload }) => payload.validation !== undefined));
    case "test":
      return present(facts.scores.length > 0);
    case "approval":
      if (approvals.length === 0) return "missing";
      return approvals.some(({ changed }) => changed.length === 0) ? "filled" : "stale";
  }
}
