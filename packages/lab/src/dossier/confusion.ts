import type { Event } from "../ledger/events.js";
import type { ConfusionRecord, Mistakes, MistakesRecord } from "../ledger/insightEvents.js";
import type { Ledger } from "../ledger/ledger.js";

/** A confusion matrix, and of which part. */
export type Confusion = Pick<MistakesRecord, "part"> & Pick<ConfusionRecord, "classes" | "matrix">;

/** The matrix that a run kept; undefined where it kept none, or where its object was collected since. */
export async function confusionOf(
  ledger: Ledger,
  mistakes: Event<"mistakes"> | undefined,
): Promise<Confusion | undefined> {
  if (!mistakes) return undefined;
  const { part, object } = mistakes.payload;
  if (!(await ledger.objects.has(object))) return undefined;
  const kept: Mistakes = JSON.parse(new TextDecoder().decode(await ledger.objects.get(object)));
  if (kept.kind !== "classes") return undefined;
  return { part, classes: kept.classes, matrix: kept.matrix };
}
