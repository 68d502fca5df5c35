import { Ledger } from "../../ledger/ledger.js";

/** Runs `action` on the ledger that is here, and closes it. */
export async function withLedger<T>(
  mode: "read" | "write",
  action: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  // What people say is about a run: without a ledger there is none, and none is made.
  if (!Ledger.exists()) Ledger.open({ mode: "read" });
  const ledger = Ledger.open({ mode });
  try {
    return await action(ledger);
  } finally {
    await ledger.close();
  }
}

/** Collects the values of an option that may be repeated. */
export const repeated = (text: string, before: readonly string[]): readonly string[] => [
  ...before,
  text,
];
