import type { Event, EventType } from "../../ledger/events.js";
import type { Problem } from "./problem.js";
import type { RunRow } from "./runs.js";
import type { SearchRow } from "./searches.js";

/**
 * What the stream sends, by the name of the server-sent event. Each has an id that names the last event of the ledger
 * that was looked at, so that a browser that comes back (`Last-Event-ID`, or `after`) misses nothing, and does not go
 * on in another ledger.
 *
 * With `run=NAME` (a run or a search): its `epoch`, `steps`, `event`, and `state` or `search`. Without: `state` of
 * every run that changes, and `event` and `search` for searches.
 */
export interface StreamMessages {
  readonly epoch: Event<"epoch">;
  readonly steps: Event<"steps">;
  /** A run stands otherwise than before; without a sparkline. */
  readonly state: RunRow;
  /** Every other event. */
  readonly event: Event<Exclude<EventType, "epoch" | "steps">>;
  /** A search stands otherwise although nothing was recorded: its process is gone, or goes on. */
  readonly search: SearchRow;
  /** Every 5 seconds, and once when all that was missed is told: how far the ledger goes. */
  readonly heartbeat: { readonly sequence: number };
  /** Too much has happened since `after`, or it is another ledger: ask for everything anew. */
  readonly reset: { readonly sequence: number };
  /** The ledger cannot be read, or can be read again (null). */
  readonly ledger: { readonly problem: Problem | null };
}
