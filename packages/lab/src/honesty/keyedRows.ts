import type { Part } from "../experiment/part.js";
import type { KeyMaker } from "./keyMaker.js";
import { type Rows, readRows } from "./rows.js";

/** Rows with the keys of their inputs instead of the inputs. */
export interface KeyedRows extends Omit<Rows, "inputs"> {
  readonly keys: Uint8Array;
}

/** Rows that were read and wait for their keys, in chunks of half a megabyte. */
const ahead = 4;

/** The rows of a part in order, the next ones read while keys are made. */
export async function* readKeyedRows(
  part: Part,
  maker: KeyMaker,
): AsyncGenerator<KeyedRows, void, undefined> {
  const queue: Promise<KeyedRows>[] = [];
  for await (const { inputs, ...rows } of readRows(part)) {
    const keyed = keyedRows(rows, maker.keys(inputs, rows.count));
    // It is awaited later: until then its failure is not an unhandled one.
    keyed.catch(() => {});
    queue.push(keyed);
    if (queue.length > ahead) yield await (queue.shift() as Promise<KeyedRows>);
  }
  for (const keyed of queue) yield await keyed;
}

const keyedRows = async (
  rows: Omit<Rows, "inputs">,
  keys: Uint8Array | Promise<Uint8Array>,
): Promise<KeyedRows> => ({ ...rows, keys: await keys });
