import { expect, test } from "vitest";
import { betterOf, splitOf } from "../../src/pages/compare/marks.js";
import { backgroundOf } from "../../src/pages/run/behind.js";
import { describe as describeEvent } from "../../src/pages/run/describe.js";
import { paceOf } from "../../src/pages/run/pace.js";
import { formatOf } from "../../src/words/format.js";
import { words } from "../../src/words/words.js";
import { curvesOf, detailOf, eventsOf, rowOf } from "../browser/ledger.js";

const live = detailOf(rowOf(1));
const over = detailOf(rowOf(2));

test("what stands behind a step is the last of each before it", () => {
  const late = Date.parse(live.run.started) + 60_000;
  const then = backgroundOf(live, 800, late);
  expect(then.checkpoint?.payload.place.step).toBe(500);
  expect(then.steering?.payload.place.step).toBe(700);
  expect(then.decision?.payload.title).toBe("Adam at 0.001");
  const before = backgroundOf(live, 100, Date.parse(live.run.started));
  expect(before).toMatchObject({
    ...{ checkpoint: undefined, steering: undefined, decision: undefined, hasChanges: true },
  });
});

test("a resumed run stands on the code and data that it goes on with", () => {
  const { code, data, environment } = live.started.payload;
  const { started } = live;
  const resumed = {
    ...{ ...started, type: "run.resumed" as const },
    payload: {
      ...{ checkpoint: null, environment, from: { epoch: 5, batch: 0, step: 500 } },
      ...{ code: { ...code, hash: "other code" }, data: { ...data, hash: "other data" } },
    },
  };
  const detail = { ...live, resumed: [resumed] };
  expect(backgroundOf(detail, 400, 0)).toMatchObject({ code: code.hash, data: data.hash });
  expect(backgroundOf(detail, 600, 0)).toMatchObject({ code: "other code", data: "other data" });
});

test("time left follows from the epochs; a run that is over has none", () => {
  const pace = paceOf(live, curvesOf(live.run));
  expect(pace.stepsPerSecond).toBeCloseTo(1000 / 30);
  expect(pace.secondsLeft).toBeCloseTo(8 * 3.1);
  expect(paceOf({ ...live, totalEpochs: null }, curvesOf(live.run)).secondsLeft).toBeNull();
  expect(paceOf(live, {})).toEqual({ stepsPerSecond: null, secondsLeft: null });
  expect(paceOf(over, {})).toEqual({ stepsPerSecond: 2000 / 44, secondsLeft: null });
});

test("the pace follows from losses that came in together", () => {
  const step = Array.from({ length: 3000 }, (_, index) => index + 1);
  const time = step.map((each) => 1000 * Math.ceil(each / 500));
  const curve = { step, time, value: step, sequence: step };
  expect(paceOf(live, { "step.loss": curve }).stepsPerSecond).toBeCloseTo(500);
});

test("every event of the log says something, in both languages", () => {
  for (const language of [words.en, words.fr]) {
    const said = eventsOf(live).map((event) => describeEvent(event, language, formatOf(language)));
    expect(said.every((each) => each.length > 5)).toBe(true);
  }
  expect(
    eventsOf(live).map((event) => describeEvent(event, words.en, formatOf(words.en))),
  ).toContain("Rate changed: 3e-4 after step 700.");
});

test("of two scores the better one is known, of two texts what differs", () => {
  expect(betterOf("test.loss", [1, 2])).toBe(0);
  expect(betterOf("test.accuracy", [1, 2])).toBe(1);
  expect(betterOf("test.accuracy", [1, 1])).toBeUndefined();
  expect(betterOf("test.accuracy", [1, undefined])).toBeUndefined();
  expect(splitOf("abcXdef", "abcYYdef")).toEqual(["abc", "X", "def"]);
  expect(splitOf("aa", "aaa")).toEqual(["aa", "", ""]);
});
