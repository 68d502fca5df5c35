import { readFileSync } from "node:fs";

/** What `oracle/searches.py` wrote. */
export const readFixture = <T>(name: string): T =>
  JSON.parse(
    readFileSync(new URL(`../oracle/fixtures/${name}.json`, import.meta.url), "utf8"),
  ) as T;
