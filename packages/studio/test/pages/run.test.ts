import { expect, test } from "vitest";
import { betterOf, splitOf } from "../../src/pages/compare/marks.js";
import { backgroundOf } from "../../src/pages/run/behind.js";
import { describe as describeEvent } from "../../src/pages/run/describe.js";
import { paceOf } from "../../src/pages/run/pace.js";
import { logLines } from "../../src/pages/run/tabs/logLines.js";
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

test("the pace counts whole records, whose points have one time", () => {
  const step = Array.from({ length: 180 }, (_, index) => index + 1);
  // Records of 60 points a second: more than are looked at.
  const losses = {
    ...{ step, value: step.map(() => 1), sequence: step },
    time: step.map((_, index) => 1000 * Math.floor(index / 60)),
  };
  const curves = { "step.loss": losses };
  expect(paceOf(live, curves).stepsPerSecond).toBeCloseTo(60);
  const together = { ...losses, time: step.map(() => 5) };
  expect(paceOf(live, { "step.loss": together }).stepsPerSecond).toBeNull();
});

test("the log has epochs with their scores between the events, the newest first", () => {
  const format = formatOf(words.en);
  const lines = logLines(eventsOf(live), curvesOf(live.run), words.en, format);
  const times = lines.map(({ time }) => time);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  const epochs = lines.filter(({ kind }) => kind === "epoch");
  expect(epochs).toHaveLength(12);
  expect(epochs.at(-1)?.name).toBe("epoch 1");
  expect(epochs.at(-1)?.content).toMatch(
    /^Step 100 · training loss [\d.]+ · training accuracy [\d.]+ · validation loss [\d.]+ · validation accuracy [\d.]+ · 3.1 s$/,
  );
  expect(lines.filter(({ kind }) => kind === "event")).toHaveLength(eventsOf(live).length);
  // Of thinned curves a point is no epoch.
  const thinned = {
    "train.loss": { step: [50], value: [1], lowest: [1], time: [1], sequence: [1] },
  };
  expect(logLines([], thinned, words.en, format)).toMatchObject([
    { name: "epoch", content: "Step 50 · training loss 1" },
  ]);
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

test("mistakes are told by how many there are, of numbers by how many were looked at", () => {
  const { en } = words;
  const said = (wrong?: number): string => {
    const payload = { part: "validation", looked: 1920, samples: 12_000, object: "" } as const;
    const event = { ...live.started, type: "mistakes", payload: { ...payload, wrong } } as const;
    return describeEvent(event as Parameters<typeof describeEvent>[0], en, formatOf(en));
  };
  expect(said(224)).toBe("224 wrong of 1,920 samples (validation)");
  expect(said()).toBe("1,920 samples (validation)");
});
