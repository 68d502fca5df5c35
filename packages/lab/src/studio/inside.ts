import type { Event } from "../ledger/events.js";
import { insightsOf, mistakesIn } from "../ledger/insights.js";
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
    mistakes: (await mistakesIn(ledger, mistakes)) ?? null,
  };
}

function momentOf({ sequence, time, payload }: Event<"insight">): InsideMoment {
  const { epoch, step, layers, parameters, relus, warnings } = payload;
  return { sequence, time, epoch, step, layers, parameters, relus, warnings };
}
