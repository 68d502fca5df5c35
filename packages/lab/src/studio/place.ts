import type { Ledger } from "../ledger/ledger.js";

/** An event of a ledger: as the last one that somebody knows it says how far, and in which ledger. */
export interface Place {
  /** -1 before the first. */
  readonly sequence: number;
  readonly hash: string;
}

/** Hexadecimal digits of a hash that tell ledgers apart, and copies of one that went on differently. */
const digits = 16;

/** What a browser keeps of a place. A ledger may hold any text as a hash; an id is one line. */
export const idOf = ({ sequence, hash }: Place): string =>
  `${sequence}-${hash.replace(/[^0-9a-f]/g, "").slice(0, digits)}`;

/** The sequence in what a browser has kept, or in a bare number; undefined for anything else. */
export function sequenceIn(id: string): number | undefined {
  const [, sequence] = /^(-1|\d{1,15})(?:-[0-9a-f]*)?$/.exec(id) ?? [];
  return sequence === undefined ? undefined : Number(sequence);
}

/** The last event of a ledger. */
export async function lastPlace(ledger: Ledger): Promise<Place> {
  return (await ledger.head()) ?? { sequence: -1, hash: "" };
}

/** Whether what a browser has kept is an event of this ledger. Of a bare number it is enough that there is one. */
export async function isPlaceOf(ledger: Ledger, id: string): Promise<boolean> {
  const sequence = sequenceIn(id);
  if (sequence === undefined) return false;
  if (sequence === -1) return true;
  const row = await ledger.ask((query) =>
    query
      .selectFrom("events")
      .select(["sequence", "hash"])
      .where("sequence", "=", sequence)
      .executeTakeFirst(),
  );
  return row !== undefined && (id === String(sequence) || id === idOf(row));
}
