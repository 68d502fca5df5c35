import {
  ArgumentError,
  type Dataset,
  randomState,
  restoreRandomState,
  type Tensor,
  type TypedArray,
  tensor,
} from "@versant/core";
import { RowTable } from "./rowTable.js";

/** The parts of a data set, in the order in which their rows count as met. */
export interface Parts {
  readonly train: Dataset;
  readonly validation?: Dataset | undefined;
  readonly test?: Dataset | undefined;
}

type PartName = keyof Parts;

/** How many rows of a part stand elsewhere too. A row is what the model is given of a sample. */
export interface PartLeaks {
  readonly rows: number;
  /** Rows equal to an earlier one of the same part. */
  readonly repeated: number;
  /** Rows of a validation or test part that stand in training. */
  readonly inTraining?: number;
  /** Rows of the test part that stand in the validation part. */
  readonly inValidation?: number;
}

export interface LeakReport {
  readonly train: PartLeaks;
  readonly validation?: PartLeaks;
  readonly test?: PartLeaks;
  /** Rows equal to an earlier one, in any part, that have another target than it. */
  readonly contradictions: number;
  /** What training is given is drawn anew each time, so that no equal rows can be found in it. */
  readonly random?: true;
}

/** Bytes that are gathered at a time, about: whole images must not fill the memory. */
const chunkBytes = 2 ** 23;
const partNames: readonly PartName[] = ["train", "validation", "test"];

/**
 * Hashes every row of every part, and counts exact duplicates: within a part, and of later parts in
 * earlier ones. A row is the bytes of the inputs that `take` gives, so that it is the model's view
 * that is compared; the target, the last tensor of a batch, is no part of it, as a test question whose
 * answer was changed is known to the model all the same. Where a batch is a single tensor, that is the
 * row. The stream of random draws stands afterwards where it stood.
 *
 * A row that differs in one bit is another row: near-duplicates are not found.
 *
 * @throws ArgumentError when a part is no dataset
 */
export async function checkLeaks(parts: Parts): Promise<LeakReport> {
  const present = presentParts(parts);
  const state = randomState();
  try {
    const search = new Search(present.reduce((sum, { dataset }) => sum + dataset.length, 0));
    const leaks: Partial<Record<PartName, PartLeaks>> = {};
    for (const { name, dataset } of present) leaks[name] = await search.read(name, dataset);
    const { train = { rows: 0, repeated: 0 }, ...others } = leaks;
    const random = await isRandom(parts.train);
    return {
      train,
      ...others,
      contradictions: search.contradictions,
      ...(random && { random }),
    };
  } finally {
    restoreRandomState(state);
  }
}

function presentParts(parts: Parts): { name: PartName; dataset: Dataset }[] {
  return partNames.flatMap((name) => {
    const dataset: Partial<Dataset> | undefined = parts?.[name];
    if (dataset === undefined && name !== "train") return [];
    if (Number.isInteger(dataset?.length) && typeof dataset?.take === "function") {
      return [{ name, dataset: dataset as Dataset }];
    }
    throw new ArgumentError(
      `checkLeaks: received ${typeof dataset} as ${name}, expected a dataset such as ` +
        "new TensorDataset([inputs, targets]); pass { train, validation?, test? }.",
    );
  });
}

/** @throws ArgumentError when a row of the validation or test part stands in training */
export function refuseLeaks({ validation, test, random }: LeakReport): void {
  const leaks = Object.entries({ validation, test }).flatMap(([name, part]) =>
    part?.inTraining ? [`${part.inTraining} of ${part.rows} ${name} rows stand in training`] : [],
  );
  if (leaks.length > 0) {
    throw new ArgumentError(
      `--strict: ${leaks.join(", ")}, expected none; they measure what was learnt by heart. Remove ` +
        "equal rows before the data are split, or split them by group, with equal rows in one group.",
    );
  }
  if (random) {
    throw new ArgumentError(
      "--strict: what training is given is drawn anew each time, so it cannot be compared; expected " +
        "rows that stay what they are. Compare them before they are augmented, or leave --strict out.",
    );
  }
}

class Search {
  readonly #table: RowTable;
  /** By the position of the first of equal rows: the parts it was met in, a bit each. */
  readonly #metIn: Uint8Array;
  /** By the same position: the first one's target, the position of its equal in a table of targets. */
  readonly #target: Int32Array;
  readonly #targets: RowTable;
  contradictions = 0;

  constructor(rows: number) {
    this.#table = new RowTable(rows);
    this.#targets = new RowTable(rows);
    this.#metIn = new Uint8Array(rows);
    this.#target = new Int32Array(rows);
  }

  async read(name: PartName, dataset: Dataset): Promise<PartLeaks> {
    const bit = (part: PartName): number => 1 << partNames.indexOf(part);
    let repeated = 0;
    let inTraining = 0;
    let inValidation = 0;
    const chunk = await chunkOf(dataset);
    for (let start = 0; start < dataset.length; start += chunk) {
      const count = Math.min(chunk, dataset.length - start);
      for (const { input, target } of await rowsOf(dataset, start, count)) {
        const first = this.#table.add(input);
        const met = this.#metIn[first] as number;
        this.#metIn[first] = met | bit(name);
        const answer = target ? this.#targets.add(target) : 0;
        if (met === 0) this.#target[first] = answer;
        else if (this.#target[first] !== answer) this.contradictions++;
        if (met & bit(name)) repeated++;
        if (met & bit("train")) inTraining++;
        if (met & bit("validation")) inValidation++;
      }
    }
    return {
      rows: dataset.length,
      repeated,
      ...(name !== "train" && { inTraining }),
      ...(name === "test" && { inValidation }),
    };
  }
}

interface Row {
  readonly input: Uint8Array;
  readonly target: Uint8Array | undefined;
}

/** How many rows make a chunk, from the size of the first. */
async function chunkOf(dataset: Dataset): Promise<number> {
  const columns = await Promise.all((await takeRows(dataset, 0, 1)).map((each) => each.data()));
  const bytes = columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Math.max(1, Math.floor(chunkBytes / Math.max(bytes, 1)));
}

async function rowsOf(dataset: Dataset, start: number, count: number): Promise<Row[]> {
  const batch = await takeRows(dataset, start, count);
  const columns = await Promise.all(batch.map(async (each) => bytesOf(await each.data())));
  const rows = (of: readonly Uint8Array[]): Uint8Array[] => joinRows(of, count);
  const inputs = rows(columns.length > 1 ? columns.slice(0, -1) : columns);
  const targets = columns.length > 1 ? rows(columns.slice(-1)) : [];
  return inputs.map((input, row) => ({ input, target: targets[row] }));
}

const takeRows = async (
  dataset: Dataset,
  start: number,
  count: number,
): Promise<readonly Tensor[]> =>
  dataset.take(tensor(Int32Array.from({ length: count }, (_, row) => start + row)));

const bytesOf = ({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The bytes of each row, one column after the other; views where there is one column. */
function joinRows(columns: readonly Uint8Array[], count: number): Uint8Array[] {
  const views = columns.map((column) => {
    const size = column.length / count;
    return (row: number): Uint8Array => column.subarray(row * size, (row + 1) * size);
  });
  const [only] = views;
  return Array.from({ length: count }, (_, row) =>
    only && views.length === 1 ? only(row) : Buffer.concat(views.map((view) => view(row))),
  );
}

/** Whether the first rows differ when they are taken again. */
async function isRandom(dataset: Dataset): Promise<boolean> {
  const count = Math.min(16, dataset.length);
  const read = async (): Promise<Buffer[]> => {
    const batch = await takeRows(dataset, 0, count);
    return Promise.all(batch.map(async (each) => Buffer.from(bytesOf(await each.data()))));
  };
  const again = await read();
  return (await read()).some((column, position) => !column.equals(again[position] as Buffer));
}
