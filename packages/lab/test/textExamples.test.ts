import { fileURLToPath } from "node:url";
import { manualSeed } from "@versant/core";
import { describe, expect, test } from "vitest";
import { makeClauses, makeDraw, tags } from "../../../examples/support/clauses.js";
import { distinctMessages } from "../../../examples/support/mail.js";
import { entityScores, spansOf } from "../../../examples/support/spans.js";
import { loadExperiment } from "../src/experiment/load.js";
import { Run } from "../src/experiment/run.js";

const train = async (name: string, hyperparameters = {}): Promise<Run> => {
  const file = fileURLToPath(new URL(`../../../examples/${name}.ts`, import.meta.url));
  const run = await Run.prepare(await loadExperiment(file), { hyperparameters });
  await run.fit();
  return run;
};

describe("examples/spam.ts", () => {
  test("tells mail after one pass already", async () => {
    const run = await train("spam", { epochs: 1, length: 100 });
    expect((await run.test())?.accuracy).toBeGreaterThan(0.93);
  }, 60_000);

  test("has no message twice", () => {
    const contents = distinctMessages().map(({ words }) => words.join(" "));
    expect(new Set(contents).size).toBe(contents.length);
  });
});

describe("examples/entities.ts", () => {
  test("finds names that it has never seen", async () => {
    const run = await train("entities", { epochs: 3, clauses: 2000 });
    const { report } = (await run.inspect()) ?? {};
    const known = report?.known as { entities: { name: string; f1: number }[]; macroF1: number };
    expect(known.entities.find(({ name }) => name === "all")?.f1).toBeGreaterThan(0.95);
    expect(known.macroF1).toBeGreaterThan(0.95);
  }, 60_000);

  test("parts share no name and no place, and one seed gives the same clauses", () => {
    manualSeed(3);
    const learnt = makeClauses(2000, "train", makeDraw());
    const kept = makeClauses(1000, "test", makeDraw());
    const entities = (clauses: typeof learnt): string[] =>
      clauses.flatMap(({ words, tags: marked }) =>
        spansOf(marked)
          .map((span) => span.split(":"))
          .filter(([kind]) => kind === "name" || kind === "place")
          .map(([, first, last]) => words.slice(Number(first), Number(last) + 1).join(" ")),
      );
    const known = new Set(entities(learnt));
    expect(known.size).toBeGreaterThan(500);
    expect(entities(kept).filter((each) => known.has(each))).toEqual([]);
    manualSeed(3);
    expect(makeClauses(2000, "train", makeDraw())).toEqual(learnt);
  });
});

describe("scores", () => {
  test("of entities count whole ones", () => {
    const [begin, inside] = [tags.indexOf("B-name"), tags.indexOf("I-name")];
    expect(spansOf([0, begin, inside, begin, 0, inside])).toEqual([
      "name:1:2",
      "name:3:3",
      "name:5:5",
    ]);
    const [name] = entityScores([[begin, 0, begin]], [[begin, inside, begin]]);
    expect(name).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5, support: 2 });
  });
});
