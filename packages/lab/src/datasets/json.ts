import { readFileSync } from "node:fs";
import { unreadable } from "../files/unreadable.js";

/**
 * What a data set's JSON file holds.
 *
 * @param operation the function that reads the data set
 * @param mend what was expected
 * @throws ArgumentError when there is no such file, or it is not JSON
 */
export function readJson(operation: string, path: string, mend: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw unreadable(operation, path, error, mend);
  }
}
