import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { estimateLine } from "../../src/progress/describeSearch.js";
import { searchBar, searchLine } from "../../src/progress/searchBar.js";

const running = [
  { number: 13, epoch: 4, epochs: 10 },
  { number: 14, epoch: 0, epochs: 10 },
];

test("says how far the search and its trials are, and guesses the time left from those that it has made", () => {
  const progress = { done: 12, trials: 40, running };
  expect(searchLine(progress, 100, 2)).toBe(
    "trials 12/40 ██████░░░░░░░░░░░░░░  30% | 4:40 left | trial 13 epoch 4/10 | trial 14 epoch 0/10",
  );
  expect(searchLine(progress, 1, 12)).not.toContain("left");
});

test("estimates what is left from what was made", () => {
  expect(estimateLine(2, 38, 60)).toBe(
    "estimate          the 38 trials that are left take about 19:00, going by the first 2",
  );
  expect(estimateLine(1, 1, 60)).toMatch(
    /the trial that is left takes about 1:00, going by the first$/,
  );
});

const drawnOn = (isTTY: boolean): string => {
  const terminal = Object.assign(new PassThrough(), { isTTY, columns: 30 });
  const listeners = process.listenerCount("exit");
  const progress = () => ({ done: 0, trials: 40, running });
  const bar = searchBar(terminal as unknown as NodeJS.WriteStream, progress);
  bar.write("trial   1 completed");
  bar.stop();
  expect(process.listenerCount("exit")).toBe(listeners);
  return terminal.read().toString();
};

test("keeps lines above the bar, the bar in the terminal's width, and gives the cursor back", () => {
  const drawn = drawnOn(true);
  expect(drawn.lastIndexOf("\x1b[?25l")).toBeLessThan(drawn.lastIndexOf("\x1b[?25h"));
  const lines = stripVTControlCharacters(drawn.replaceAll("\x1b[1G", "\n")).split("\n");
  expect(lines).toContain("trial   1 completed");
  const bars = lines.filter((line) => line.startsWith("trials"));
  expect(bars.length).toBeGreaterThanOrEqual(2);
  for (const line of bars) expect(line.length).toBeLessThanOrEqual(30);
});

test("elsewhere writes the lines alone", () => {
  expect(drawnOn(false)).toBe("trial   1 completed\n");
});
