import { randomState, restoreRandomState } from "@versant/core";
import type { Run } from "../experiment/run.js";
import { mistakesOf } from "../insight/mistakes.js";
import type { Signature } from "../signature/signature.js";
import type { RunPage } from "./runPage.js";

/**
 * Records what the trained model gets wrong, if the run has insight. Random numbers go on where they stood, and
 * what goes wrong here is told and nothing more.
 *
 * @param testData hash of the test data, which are looked at where there are no validation data
 */
export async function recordMistakes(
  page: RunPage,
  run: Run,
  signature: Signature,
  testData = "unknown",
): Promise<void> {
  if (!page.recorder.hasInsight) return;
  const random = randomState();
  try {
    const found = await mistakesOf(run, signature);
    if (!found) return;
    const { mistakes, ...counts } = found;
    const object = await page.ledger.objects.put(JSON.stringify(mistakes));
    if (found.part === "test") await page.tested(testData, "mistakes", null);
    await page.ledger.append([{ type: "mistakes", run: page.run, payload: { ...counts, object } }]);
  } catch (error) {
    const { message } = error as Error;
    process.emitWarning(`what the model gets wrong could not be recorded (${message}).`);
  } finally {
    restoreRandomState(random);
  }
}
