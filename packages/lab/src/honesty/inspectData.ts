import { ArgumentError, randomState, restoreRandomState } from "@versant/core";
import {
  isPart,
  type Part,
  type PartName,
  type Parts,
  partNames,
  samplesOf,
} from "../experiment/part.js";
import { hashOfParts, type InspectedData, type PartRecord } from "./data.js";
import type { LeakReport, PartLeaks } from "./leakCheck.js";
import { Search } from "./search.js";

/**
 * Hashes every row of every part, and counts exact duplicates: within a part, and of later parts in
 * earlier ones. A row is the bytes of the inputs that `take` gives, or a stream's batches, so that it
 * is the model's view that is compared; the target, the last tensor of a batch, is no part of it, as a
 * test question whose answer was changed is known to the model all the same. Where a batch is a single
 * tensor, that is the row. The stream of random draws stands afterwards where it stood; a part that moved
 * it is random, and so is one whose first rows are others when they are taken again.
 *
 * A row that differs in one bit is another row: near-duplicates are not found. A stream is read once,
 * training data that are streamed begin a second time.
 *
 * @throws ArgumentError when a part is neither a dataset nor a loader
 */
export const checkLeaks = async (parts: Parts): Promise<LeakReport> =>
  (await inspect("checkLeaks", parts)).leaks;

/**
 * What `checkLeaks` finds, and, of the same reading, what each part holds: rows, hash, columns, classes.
 *
 * @throws ArgumentError when a part is neither a dataset nor a loader
 */
export const inspectData = (parts: Parts): Promise<InspectedData> => inspect("inspectData", parts);

async function inspect(operation: string, parts: Parts): Promise<InspectedData> {
  const present = presentParts(operation, parts);
  const state = randomState();
  const search = new Search(present.reduce((sum, { part }) => sum + (samplesOf(part) ?? 0), 0));
  try {
    const records: Partial<Record<PartName, PartRecord>> = {};
    const found: Partial<Record<PartName, PartLeaks>> = {};
    const random: PartName[] = [];
    for (const { name, part } of present) {
      const { drawn } = randomState();
      const { leaks, record } = await search.read(name, part);
      found[name] = leaks;
      records[name] = record;
      if (randomState().drawn !== drawn || (await search.changes(name, part))) random.push(name);
    }
    const { train = { rows: 0, repeated: 0 }, ...others } = found;
    const { contradictions, leaks: pairs } = search;
    return {
      hash: hashOfParts(records),
      parts: records,
      leaks: {
        train,
        ...others,
        contradictions,
        pairs,
        ...(random.length > 0 && { random }),
      },
    };
  } finally {
    restoreRandomState(state);
    await search.close();
  }
}

function presentParts(operation: string, parts: Parts): { name: PartName; part: Part }[] {
  return partNames.flatMap((name) => {
    const part = parts?.[name];
    if (part === undefined && name !== "train") return [];
    if (isPart(part)) return [{ name, part }];
    throw new ArgumentError(
      `${operation}: received ${typeof part} as ${name}, expected a dataset such as ` +
        "new TensorDataset([inputs, targets]), or a loader; pass " +
        "{ train, validation?, test? }.",
    );
  });
}
