import { ArgumentError } from "@versant/core";
import { describeValue } from "@versant/core/internal";

/** What was fitted on the training part and can be stored: a TableEncoder, a Vocabulary. */
export interface Storable {
  toJSON(): unknown;
}

/** One of them, or several by name. */
export type Preprocessing = Storable | Readonly<Record<string, Storable>>;

const isStorable = (value: unknown): value is Storable =>
  typeof (value as Partial<Storable> | undefined | null)?.toJSON === "function";

/** @throws ArgumentError when something in it has no `toJSON`, and would be stored as {} */
export function requirePreprocessing(operation: string, value: unknown): void {
  if (isStorable(value)) return;
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const [name, wrong] = entries.find(([, each]) => !isStorable(each)) ?? [];
  if (entries.length > 0 && name === undefined) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(name === undefined ? value : wrong)} as ` +
      `${name === undefined ? "the preprocessing" : `"${name}" of the preprocessing`}, expected ` +
      "something with toJSON(), such as a TableEncoder or a Vocabulary, or several of them by name.",
  );
}
