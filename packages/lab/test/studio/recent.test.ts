import { expect, test } from "vitest";
import { Recent } from "../../src/studio/recent.js";

test("what was asked for last is kept, and made once", () => {
  const made: string[] = [];
  const recent = new Recent<string>(2);
  const ask = (key: string): string =>
    recent.get(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  // "b" goes, because "a" was asked for after it.
  expect(["a", "b", "a", "c", "a", "b"].map(ask)).toEqual(["A", "B", "A", "C", "A", "B"]);
  expect(made).toEqual(["a", "b", "c", "b"]);
  recent.forget("a");
  ask("a");
  expect(made.at(-1)).toBe("a");
});
