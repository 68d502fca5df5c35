import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { housePrices } from "../../src/datasets/housePrices.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-houses-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("housePrices", () => {
  test("is the 506 tracts of the package", () => {
    const table = housePrices();
    expect(table.length).toBe(506);
    expect(table.row(0)).toMatchObject({ crim: 0.00632, rm: 6.575, chas: false, cmedv: 24 });
    // As Harrison and Rubinfeld report: 35 tracts lie beside the river.
    expect(table.filter(({ chas }) => chas === true).length).toBe(35);
  });

  test("names a file that is missing or another one", () => {
    expect(() => housePrices({ folder: join(folder, "none") })).toThrow(
      /housePrices: cannot read .*data\.json.*ENOENT.*harrison-boston/,
    );
    writeFileSync(join(folder, "data.json"), '[{"crim": 1}]');
    expect(() => housePrices({ folder })).toThrow(/no column "zn"/);
    writeFileSync(join(folder, "data.json"), "[{");
    expect(() => housePrices({ folder })).toThrow(/cannot read .*data\.json/);
    expect(() => housePrices({ foldr: folder } as never)).toThrow(
      'housePrices: received an option named "foldr"',
    );
  });
});
