import { ArgumentError } from "@versant/core/internal";
import type { Event } from "../ledger/events.js";
import type { Mistakes } from "../ledger/insightEvents.js";
import { insightsOf } from "../ledger/insights.js";
import type { Ledger } from "../ledger/ledger.js";
import { findRun } from "../ledger/runs.js";
import type { InsideAnswer, InsideMoment } from "./api/index.js";

/** What a run tells of its inside. */
export async function answerInside(ledger: Ledger, word: string): Promise<InsideAnswer> {
  const { id } = await findRun(ledger, word);
  const insights = await ledger.events({ run: id, types: ["insight"] });
  const events = insightsOf(insights);
  const [mistakes] = (await ledger.events({ run: id, types: ["mistakes"] })).slice(-1);
  return {
    history: events.map(momentOf),
    newest: events.at(-1)?.payload ?? null,
    mistakes: mistakes ? await withContent(ledger, mistakes) : null,
  };
}

function momentOf({ sequence, time, payload }: Event<"insight">): InsideMoment {
  const { epoch, step, layers, parameters, relus, warnings } = payload;
  return { sequence, time, epoch, step, layers, parameters, relus, warnings };
}

async function withContent(
  ledger: Ledger,
  { payload }: Event<"mistakes">,
): Promise<InsideAnswer["mistakes"]> {
  try {
    const bytes = await ledger.objects.get(payload.object);
    const content: Mistakes = JSON.parse(new TextDecoder().decode(bytes));
    return { ...payload, content };
  } catch (error) {
    // An object that is missing, or that was altered.
    if (error instanceof ArgumentError) return null;
    throw error;
  }
}
