import { randomState, restoreRandomState } from "@versant/core";
import type { Run } from "../experiment/run.js";
import { mistakesOf } from "../insight/mistakes.js";
import type { Draft } from "../ledger/events.js";
import type { Signature } from "../signature/signature.js";
import type { RunPage } from "./runPage.js";

/**
 * What the trained model gets wrong, to be recorded with the end of the run; nothing if the run does not look at them.
 * Random numbers go on where they stood, and what goes wrong here is told and nothing more.
 *
 * @param testData hash of the test data, which are looked at where there are no validation data
 */
export async function mistakeDrafts(
  page: RunPage,
  run: Run,
  signature: Signature,
  testData = "unknown",
): Promise<Draft[]> {
  if (!page.recorder.looksAtMistakes) return [];
  const random = randomState();
  try {
    const found = await mistakesOf(run, signature);
    if (!found) return [];
    const { mistakes, ...counts } = found;
    const object = await page.ledger.objects.put(JSON.stringify(mistakes));
    const { run: name } = page;
    const mine: Draft = { type: "mistakes", run: name, payload: { ...counts, object } };
    if (found.part === "validation") return [mine];
    const look = { data: testData, purpose: "mistakes", scores: null };
    return [{ type: "test", run: name, payload: look }, mine];
  } catch (error) {
    const { message } = error as Error;
    process.emitWarning(`what the model gets wrong could not be recorded (${message}).`);
    return [];
  } finally {
    restoreRandomState(random);
  }
}
