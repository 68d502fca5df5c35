import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Draft } from "../../src/ledger/events.js";
import { seriesOf } from "../../src/ledger/series.js";
import type { SeriesAnswer } from "../../src/studio/api/index.js";
import { GrowingCurve } from "../../src/studio/curve.js";
import { epochDraft, startedDraft } from "../ledger/temporary.js";
import { studioOver } from "./studio.js";

const steps = (first: number, mean: readonly number[], stride = 1): Draft => ({
  type: "steps",
  run: "a",
  payload: {
    ...{ first, stride, batches: stride * mean.length, mean, learningRate: 0.1 },
    ...(stride > 1 && { lowest: mean.map((x) => x - 1), highest: mean.map((x) => x + 1) }),
  },
});

describe("a thinned curve", () => {
  const curveOf = (values: readonly number[]): GrowingCurve => {
    const curve = new GrowingCurve();
    values.forEach((value, index) => {
      curve.add({ step: index + 1, value, time: 1000 + index, sequence: index });
    });
    return curve;
  };

  test("keeps extremes, means, and the last step", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        (values, points) => {
          const curve = curveOf(values).between(0, values.length, points);
          expect(curve.step).toHaveLength(Math.min(points, values.length));
          expect(curve.step.at(-1)).toBe(values.length);
          const highest = curve.highest ?? curve.value;
          const lowest = curve.lowest ?? curve.value;
          expect(Math.max(...highest.map(Number))).toBe(Math.max(...values));
          expect(Math.min(...lowest.map(Number))).toBe(Math.min(...values));
          const counts = curve.step.map((step, index) => step - (curve.step[index - 1] ?? 0));
          const total = counts.reduce((sum, count, i) => sum + count * Number(curve.value[i]), 0);
          expect(total).toBeCloseTo(
            values.reduce((sum, value) => sum + value, 0),
            6,
          );
        },
      ),
    );
  });

  test("a part of it is what lies between two steps", () => {
    const curve = curveOf([1, 2, 3, 4, 5, 6]);
    expect(curve.between(2, 4, 10)).toEqual({
      ...{ step: [2, 3, 4], value: [2, 3, 4] },
      ...{ time: [1001, 1002, 1003], sequence: [1, 2, 3] },
    });
    expect(curve.between(2, 5, 2)).toMatchObject({
      ...{ step: [3, 5], value: [2.5, 4.5], lowest: [2, 4], highest: [3, 5] },
    });
    expect(curve.between(7, 9, 10).step).toEqual([]);
    expect(curve.between(4, 2, 10).step).toEqual([]);
  });

  test("what is not finite is a gap, beside what is", () => {
    const curve = curveOf([1, Number.NaN, Number.POSITIVE_INFINITY, 2, 3, 5]);
    expect(curve.between(0, 6, 3)).toMatchObject({ value: [null, null, 4], lowest: [1, 2, 3] });
    expect(curve.between(0, 6, 6).value).toEqual([1, null, null, 2, 3, 5]);
  });
});

describe("the curves of a run", () => {
  test("are those that the ledger tells, also after a return to a checkpoint", async () => {
    const { get, ledger } = await studioOver((ledger) =>
      ledger.append([
        startedDraft("a"),
        steps(0, [9, 8, 7, 6, 5]),
        steps(5, [4, 3], 3),
        epochDraft("a", 1, 0.5),
        steps(11, [2, 1]),
      ]),
    );
    const ask = async (query = "") => {
      const { status, body } = await get(`/api/runs/a/series${query}`);
      expect(status).toBe(200);
      return body as SeriesAnswer;
    };
    const compared = async () => {
      const events = await ledger.events({ run: "a" });
      const { names, series, sequence } = await ask();
      const expected = seriesOf(events);
      expect(sequence).toBe(events.at(-1)?.sequence);
      for (const [name, points] of expected) {
        if (/^step\.(lowest|highest)$/.test(name)) continue;
        expect(names).toContain(name);
        expect(series[name]?.step).toEqual(points.map(({ step }) => step));
        expect(series[name]?.value).toEqual(points.map(({ value }) => value));
      }
      return series;
    };
    const before = await compared();
    expect(before["step.loss"]?.lowest).toEqual([9, 8, 7, 6, 5, 3, 2, 2, 1]);
    expect(before["epoch.seconds"]?.value).toEqual([0.1]);
    const { environment } = startedDraft("a").payload;
    const from = { epoch: 1, batch: 8, step: 8 };
    await ledger.append([
      { type: "run.resumed", run: "a", payload: { checkpoint: null, from, environment } },
      steps(8, [2.5, 2.25]),
      epochDraft("a", 1, 0.75),
    ]);
    const after = await compared();
    expect(after["step.loss"]?.step.slice(-3)).toEqual([8, 9, 10]);
    expect(after["validation.accuracy"]?.value).toEqual([0.75]);
    expect(Object.keys((await ask("?names=step.loss,train.loss")).series)).toEqual([
      ...["step.loss", "train.loss"],
    ]);
    expect((await ask("?names=step.loss&from=3&to=5")).series["step.loss"]?.step).toEqual([
      3, 4, 5,
    ]);
  });

  test("a hundred thousand points come as few as were asked for", async () => {
    const { get } = await studioOver(async (ledger) => {
      await ledger.append([startedDraft("a")]);
      const losses = Array.from({ length: 1000 }, (_, index) => (index === 500 ? 99 : 1));
      await ledger.append(Array.from({ length: 100 }, (_, index) => steps(1000 * index, losses)));
    });
    const { series } = (await get("/api/runs/a/series?points=500")).body as SeriesAnswer;
    expect(series["step.loss"]?.step).toHaveLength(500);
    expect(series["step.loss"]?.step.at(-1)).toBe(100_000);
    expect(series["step.loss"]?.highest?.filter((value) => value === 99)).toHaveLength(100);
    expect((await get("/api/runs/a/series?points=5")).status).toBe(400);
  });
});

test("what cannot be read does not double what was read before it", async () => {
  const page = await studioOver((ledger) => ledger.append([startedDraft("a"), steps(0, [2, 1])]));
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  const [bad] = await page.ledger.append([{ type: "steps", run: "a", payload: {} as never }]);
  for (let tries = 0; tries < 2; tries++) {
    expect((await page.get("/api/runs/a/series")).status).toBe(500);
  }
  expect(told).toHaveBeenCalledTimes(2);
  page.ledger.database.connection.exec(`delete from events where sequence = ${bad?.sequence}`);
  const { series } = (await page.get("/api/runs/a/series")).body as SeriesAnswer;
  expect(series["step.loss"]).toMatchObject({ step: [1, 2], value: [2, 1] });
});
