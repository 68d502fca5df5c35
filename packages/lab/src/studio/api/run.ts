import type { Event, LedgerEvent } from "../../ledger/events.js";
import type { InsightRecord, RecordedMistakes } from "../../ledger/insightEvents.js";
import type { RunRecord } from "../../ledger/record.js";
import type { RunRow } from "./runs.js";

/** Everything that the ledger says of one run but its curves. */
export interface RunDetail extends Omit<RunRecord, "run" | "epochs" | "ended"> {
  readonly run: RunRow;
  /** The last end; null where there is none. */
  readonly ended: Event<"run.ended"> | null;
  /** The epochs that it is to have; null where it does not say. */
  readonly totalEpochs: number | null;
  /** The last event of the ledger that this answer knows: `after` of the stream. */
  readonly sequence: number;
}

/** Parameters of `GET /api/runs/:id/events`. */
export interface EventsQuery {
  /** Only those behind this one. */
  readonly after?: number;
  /** Separated by commas. Default: all but "steps", "epoch" and "insight". */
  readonly types?: string;
  /** At most 1000; default 200. */
  readonly limit?: number;
}

export interface EventsAnswer {
  readonly events: readonly LedgerEvent[];
  /** Whether there are more behind these. */
  readonly more: boolean;
}

/** What a run tells of its inside. */
export interface InsideAnswer {
  /** What was measured in one batch of some epochs, in order. */
  readonly history: readonly InsideMoment[];
  /** The last of them, with its histograms; null for none. */
  readonly newest: InsightRecord | null;
  /** What the trained model got wrong; null where that was not recorded, or is gone. */
  readonly mistakes: RecordedMistakes | null;
}

export interface InsideMoment
  extends Pick<InsightRecord, "epoch" | "step" | "layers" | "parameters" | "relus" | "warnings"> {
  readonly sequence: number;
  readonly time: string;
}
