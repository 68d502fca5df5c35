import { readFileSync } from "node:fs";
import { DatabaseSync } from "@photostructure/sqlite";
import { ArgumentError } from "@versant/core/internal";
import { expect, test } from "vitest";
import { explained } from "../../src/files/explain.js";

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error");
}

test("what SQLite or the file system refused names the file, the mend and the cause", () => {
  const database = new DatabaseSync(":memory:");
  for (const [refusal, expected] of [
    [() => database.exec("select * from songs"), /^the ledger a cannot be used: no such table/],
    [() => readFileSync("/nowhere/at/all"), /no such file.*; train something first/],
  ] as const) {
    const refused = errorOf(refusal);
    const said = explained("a", refused);
    expect(said).toBeInstanceOf(ArgumentError);
    const { message, cause } = said as Error;
    expect(message).toMatch(expected);
    expect(cause).toBe(refused);
  }
});

test("every other error stays as it is, whatever it says", () => {
  const own = new ArgumentError("listRuns: received -1 as limit");
  for (const error of [own, new TypeError("the disk is full of readonly files"), "a word"]) {
    expect(explained("a.sqlite", error)).toBe(error);
  }
});
