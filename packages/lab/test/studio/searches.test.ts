import { expect, test } from "vitest";
import type { TrialRecord } from "../../src/ledger/searchEvents.js";
import type { SearchDetail, SearchesAnswer } from "../../src/studio/api/index.js";
import { searchDraft } from "./searchDraft.js";
import { studioOver } from "./studio.js";

/** The rate decides what comes of it, the noise does not. */
const trial = (number: number): TrialRecord => {
  const [u, v] = [(number * 0.618) % 1, (number * 0.414) % 1];
  return {
    number,
    values: { rate: 10 ** (-3 + 3 * u), noise: v },
    ...{ state: "completed", run: null, objectives: [(u - 0.3) ** 2], constraints: [] },
    ...{ reports: [], epochs: 1, seconds: 1 },
  };
};

const trials = Array.from({ length: 30 }, (_, index) => trial(index + 1));

test("searches are listed, and told with their best trial and what mattered", async () => {
  const { get } = await studioOver((ledger) =>
    ledger.append([
      searchDraft("line-search"),
      ...trials.map((payload) => ({ type: "search.trial", run: "line-search", payload }) as const),
    ]),
  );
  const { searches } = (await get("/api/searches")).body as SearchesAnswer;
  const [best] = [...trials].sort((a, b) => (a.objectives[0] ?? 0) - (b.objectives[0] ?? 0));
  expect(searches).toMatchObject([
    { name: "line-search", state: "killed", trials: 30, limit: 40, best: [best] },
  ]);
  const detail = (await get("/api/searches/last")).body as SearchDetail;
  expect(detail.trials).toEqual(trials);
  expect(detail.space.rate).toMatchObject({ scale: "log" });
  expect(detail.importance?.rate).toBeGreaterThan(0.8);
  expect(detail.importance?.noise).toBeLessThan(0.2);
  expect(detail.commands).toEqual([
    `npx versant train 'a line.ts' --noise ${best?.values.noise} --rate ${best?.values.rate} --seed 1`,
  ]);
  expect(await get("/api/searches/nothing")).toMatchObject({
    status: 404,
    body: { error: expect.stringMatching(/there is no search "nothing"/) },
  });
});
