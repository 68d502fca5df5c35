import { fileURLToPath } from "node:url";
import { manualSeed, slice, type Tensor, tensor } from "@versant/core";
import { describe, expect, test } from "vitest";
import { mobyDick, Windows } from "../../../examples/support/book.js";
import { loadExperiment } from "../src/experiment/load.js";
import { Run } from "../src/experiment/run.js";
import { datasetOf } from "./datasetOf.js";

const elements = (x: Tensor): number[] => Array.from(x.dataSync());

describe("examples/support/book.ts", () => {
  test("is the whole book, with the characters in which it is printed", () => {
    const { alphabet, text } = mobyDick();
    const start = Array.from(text.subarray(0, 64), (symbol) => alphabet[symbol]).join("");
    expect(start).toMatch(/^CHAPTER 1\. Loomings\.\s+Call me Ishmael\./);
    expect(text.length).toBeGreaterThan(1_100_000);
    expect(Math.max(...new Set(text))).toBe(alphabet.length - 1);
  });

  test("windows overlap, and their targets are one character further", () => {
    const text = Uint8Array.from({ length: 20 }, (_, index) => 100 + index);
    const windows = new Windows(text, 4, 3);
    // The last starts at 15, as its last target has to be within the text.
    expect(windows.length).toBe(6);
    const [inputs, targets] = windows.take(tensor(Int32Array.of(0, 1, 5)));
    expect(elements(inputs)).toEqual([100, 101, 102, 103, 103, 104, 105, 106, 115, 116, 117, 118]);
    expect(elements(targets)).toEqual(elements(inputs).map((each) => each + 1));
    expect(new Windows(text, 4, 16).length).toBe(1);
  });
});

describe("examples/language.ts", () => {
  const file = fileURLToPath(new URL("../../../examples/language.ts", import.meta.url));

  test("no prediction sees what it has to predict, whatever layer it passes through", async () => {
    manualSeed(1);
    const hyperparameters = { context: 16, layers: 2, width: 16, heads: 2 };
    const { trainer, setup } = await Run.prepare(await loadExperiment(file), { hyperparameters });
    const [inputs] = datasetOf(setup.data.train).take(tensor(Int32Array.of(0, 100))) as [Tensor];
    const scores = await trainer.predict(inputs);
    expect(scores.shape).toEqual([2, 83, 16]);
    const swapped = inputs.add(
      tensor(Int32Array.from({ length: 16 }, (_, t) => Number(t === 9))).cast("uint8"),
    );
    const others = await trainer.predict(swapped);
    const before = slice(0, 9);
    const past = (all: Tensor): number[] => elements(all.at(slice(), slice(), before));
    expect(past(others)).toEqual(past(scores));
    expect(elements(others.at(slice(), slice(), 9))).not.toEqual(
      elements(scores.at(slice(), slice(), 9)),
    );
    expect(elements(others.at(slice(), slice(), 15))).not.toEqual(
      elements(scores.at(slice(), slice(), 15)),
    );
  });

  test("learns from nine tenths of the book, and is tested on the last twentieth", async () => {
    const { setup } = await Run.prepare(await loadExperiment(file));
    const { text } = mobyDick();
    const { train, validation, test: kept } = setup.data;
    const lengths = [train, validation, kept].map((part) => datasetOf(part).length);
    const characters = lengths.map((length, part) => length * (part === 0 ? 32 : 128));
    const shares = characters.map((count) => count / text.length);
    expect(shares.map((share) => share.toFixed(2))).toEqual(["0.90", "0.05", "0.05"]);
  });
});
