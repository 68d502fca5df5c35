import { expect, test } from "vitest";
import { conditionOf, queryOf, wantedOf, wanting } from "../../src/pages/runs/query.js";

test("a list's address says what is asked for", () => {
  const parameters = new URLSearchParams(
    "search=a&where=state%3Dfailed&where=x%3C1&sort=x&order=asc",
  );
  expect(queryOf(parameters)).toEqual({
    ...{ search: "a", where: ["state=failed", "x<1"], sort: "x", isDescending: false },
  });
  expect(queryOf(new URLSearchParams())).toMatchObject({ sort: undefined, isDescending: true });
});

test.each([
  [" test.accuracy >= 0.98 ", "test.accuracy>=0.98"],
  ["state!=failed", "state!=failed"],
  ["tags = a=b", "tags=a=b"],
  ["accuracy", undefined],
  ["accuracy >", undefined],
  ["> 3", undefined],
])("the condition %j is read as %s", (text, condition) => {
  expect(conditionOf(text)).toBe(condition);
});

test("a field is asked for one value at a time", () => {
  const where = ["state=failed", "loss<1"];
  expect(wantedOf(where, "state")).toBe("failed");
  expect(wantedOf(where, "loss")).toBeUndefined();
  expect(wanting(where, "state", "running")).toEqual(["loss<1", "state=running"]);
  expect(wanting(where, "state", "")).toEqual(["loss<1"]);
});
