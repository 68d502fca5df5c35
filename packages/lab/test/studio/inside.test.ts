import { expect, test } from "vitest";
import type { Draft } from "../../src/ledger/events.js";
import type { Mistakes } from "../../src/ledger/insightEvents.js";
import type { EventsAnswer, InsideAnswer } from "../../src/studio/api/index.js";
import { startedDraft } from "../ledger/temporary.js";
import { studioOver } from "./studio.js";

const insight = (epoch: number, gradient: number): Draft => ({
  type: "insight",
  run: "a",
  payload: {
    ...{ epoch, batch: 1, step: 10 * epoch, milliseconds: 3 },
    layers: [{ path: "hidden", gradient }],
    parameters: [
      { path: "hidden.bias", gradient, weight: 0, updateRatio: Number.POSITIVE_INFINITY },
    ],
    relus: [],
    warnings: [],
    weights: [{ path: "hidden.bias", lowest: 0, highest: 1, counts: [1, 2] }],
    activations: [],
  },
});

const content: Mistakes = { kind: "numbers", name: "sum", meanAbsolute: 0.5, samples: [] };

test("tells what was measured of a run's inside, and what its model got wrong", async () => {
  let object = "";
  const page = await studioOver(async (ledger) => {
    object = await ledger.objects.put(JSON.stringify(content));
    const payload = { part: "validation", looked: 4, samples: 4, object } as const;
    await ledger.append([
      ...[startedDraft("a"), startedDraft("b")],
      // Epoch 4 was done again after a kill.
      ...[insight(2, 8), insight(4, 7), insight(4, 6)],
      { type: "mistakes", run: "a", payload },
    ]);
  });
  const answer = (await page.get("/api/runs/a/inside")).body as InsideAnswer;
  expect(answer.history.map(({ epoch, layers }) => [epoch, layers[0]?.gradient])).toEqual([
    [2, 8],
    [4, 6],
  ]);
  expect(answer.history[0]?.parameters[0]?.updateRatio).toBe("Infinity");
  expect(answer.newest).toMatchObject({ epoch: 4, weights: [{ counts: [1, 2] }] });
  expect(answer.mistakes).toMatchObject({ part: "validation", looked: 4, content });

  const nothing = { history: [], newest: null, mistakes: null };
  expect((await page.get("/api/runs/b/inside")).body).toEqual(nothing);
  await page.ledger.objects.delete(object);
  expect((await page.get("/api/runs/a/inside")).body).toMatchObject({ mistakes: null });

  // The log of a run has no measurements.
  const { events } = (await page.get("/api/runs/a/events")).body as EventsAnswer;
  expect(events.map(({ type }) => type)).toEqual(["run.started", "mistakes"]);
});
