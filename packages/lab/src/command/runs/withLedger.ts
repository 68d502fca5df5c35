import { nameNonFinite } from "../../ledger/canonical.js";
import { Ledger } from "../../ledger/ledger.js";

/** Does something with the ledger of this place, and closes it again. */
export async function withLedger<T>(
  mode: "read" | "write",
  action: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const ledger = Ledger.open({ mode });
  try {
    return await action(ledger);
  } finally {
    await ledger.close();
  }
}

export const printJson = (value: unknown): void =>
  console.log(JSON.stringify(value, nameNonFinite, 2));

/** How commands speak of a run that they take. */
export const runArgument = ["<run>", 'name, its beginning, number such as "#12", or last'] as const;
