import { nameNonFinite } from "../files/canonical.js";
import { Ledger } from "../ledger/ledger.js";

/**
 * Does something with the ledger of this place, and closes it again.
 *
 * @throws ArgumentError when there is none: these commands speak of runs, so none is made for them
 */
export async function withLedger<T>(
  mode: "read" | "write",
  action: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const ledger = Ledger.open({ mode, create: false });
  try {
    return await action(ledger);
  } finally {
    await ledger.close();
  }
}

export const printJson = (value: unknown): void =>
  console.log(JSON.stringify(value, nameNonFinite, 2));

/** How commands speak of a run that they take. */
export const runArgument = [
  "<run>",
  'name, its beginning, number such as "#12", or last; or a search, for its best trial',
] as const;

/** Collects the values of an option that may be repeated. */
export const repeated = (text: string, before: readonly string[]): readonly string[] => [
  ...before,
  text,
];
