import type { Transaction } from "kysely";
import { Chain, type IntroducedKey, type Link } from "./chain.js";
import { compareObjects, compareSchema, compareTables, integrityOf } from "./compare.js";
import { type Database, type EventRow, openDatabase, type Schema } from "./database.js";
import type { Ledger } from "./ledger.js";
import { project } from "./projection.js";

/** A place in the chain, kept elsewhere: everything up to it can be compared later. */
export interface Anchor {
  readonly ledger: string;
  readonly sequence: number;
  readonly hash: string;
  readonly time: string;
}

/** What is not as it was recorded: the first of it that was found. */
export interface Fault {
  /** The first event that is not what was recorded; undefined when it is none in particular. */
  readonly sequence: number | undefined;
  readonly reason: string;
}

/** What a look at a whole ledger found. */
export interface Verification {
  /** How many are in order, from the first on. */
  readonly events: number;
  /** Who signed them; a key is there once for each name that it signs under. */
  readonly keys: readonly IntroducedKey[];
  /** The last event that is in order. Undefined when there is none. */
  readonly head: Anchor | undefined;
  /** Absent when all is as it was recorded. */
  readonly fault?: Fault;
  /** What is in order and may deceive all the same: a name that several keys sign under. */
  readonly warnings: readonly string[];
}

const batchSize = 1000;

/**
 * Checks a whole ledger: that the file is sound; that each event has the hash of its content, holds
 * that of the event before, and is signed by a key that was introduced under the name that it signs as;
 * that it goes as far as its anchors, and has their hashes; that the tables are those that Versant makes,
 * and those of runs what the events add up to; and that no kept object has changed or is gone. All of it
 * is read as it stands at one moment, whoever writes meanwhile.
 *
 * @throws ArgumentError when the file cannot be opened
 */
export async function verifyLedger(
  ledger: Ledger,
  anchors: readonly Anchor[] = [],
): Promise<Verification> {
  const chain = new Chain(anchors);
  const fresh = openDatabase(":memory:", "memory");
  const kept = openDatabase(ledger.path, "read");
  try {
    kept.connection.exec("begin");
    const damage = integrityOf(kept);
    const fault =
      (await readEvents(kept.query, chain, fresh.query)) ??
      truncationOf(chain) ??
      foreignAnchorOf(chain) ??
      damage ??
      compareSchema(kept, fresh) ??
      (await compareTables(kept.query, fresh.query)) ??
      (await compareObjects(ledger, chain));
    const { events, keys, head, warnings } = chain;
    return { events, keys, head, ...(fault && { fault }), warnings };
  } finally {
    await Promise.all([fresh.query.destroy(), kept.query.destroy()]);
  }
}

type Query = Database["query"];

/** Signatures are checked beside this thread, while the next rows are read. */
async function readEvents(kept: Query, chain: Chain, fresh: Query): Promise<Fault | undefined> {
  let waiting: readonly Link[] = [];
  for (let after = -1; ; ) {
    const rows = await rowsAfter(kept, after);
    const { links, fault } = rows instanceof Error ? unreadable(chain, rows) : addAll(chain, rows);
    const forged = await settle(chain, waiting, fresh);
    if (forged) return forged;
    if (fault || links.length === 0) return (await settle(chain, links, fresh)) ?? fault;
    waiting = links;
    after = chain.events - 1;
  }
}

interface Added {
  readonly links: readonly Link[];
  /** What is wrong with the row behind them. */
  readonly fault?: Fault;
}

const rowsAfter = (kept: Query, sequence: number): Promise<EventRow[] | Error> =>
  kept
    .selectFrom("events")
    .selectAll()
    .where("sequence", ">", sequence)
    .orderBy("sequence")
    .limit(batchSize)
    .execute()
    .catch((error: Error) => error);

const unreadable = ({ events }: Chain, { message }: Error): Added => ({
  links: [],
  fault: { sequence: events, reason: `the file is damaged: ${message}` },
});

function addAll(chain: Chain, rows: readonly EventRow[]): Added {
  const links: Link[] = [];
  for (const row of rows) {
    const link = chain.add(row);
    if (typeof link === "string") return { links, fault: { sequence: chain.events, reason: link } };
    links.push(link);
  }
  return { links };
}

/** Waits for the signatures of links, and adds their events up as far as nothing is wrong. */
async function settle(
  chain: Chain,
  links: readonly Link[],
  fresh: Query,
): Promise<Fault | undefined> {
  const forgeries = await Promise.all(links.map(({ forgery }) => forgery));
  return fresh.transaction().execute(async (transaction) => {
    for (const [index, link] of links.entries()) {
      const reason = forgeries[index] ?? (await addUp(chain, link, transaction));
      if (reason === undefined) continue;
      chain.cutAt(link);
      return { sequence: chain.events, reason };
    }
    return undefined;
  });
}

/** Adds an event up; or says why it cannot be: signed it may be, but by no version of ours. */
async function addUp(
  chain: Chain,
  { event }: Link,
  transaction: Transaction<Schema>,
): Promise<string | undefined> {
  try {
    await project(transaction, event);
    chain.note(event);
    return undefined;
  } catch (error) {
    return `its content is none of ${event.type}: ${(error as Error).message}`;
  }
}

/** An anchor that the events do not reach. */
function truncationOf({ missed, events }: Chain): Fault | undefined {
  return (
    missed && {
      sequence: events,
      reason:
        `it is missing, and all behind it: event ${missed.sequence} was there when it was anchored ` +
        `at ${missed.time}`,
    }
  );
}

/** Where another ledger was put in the place of the one that was anchored, its own events are in order. */
function foreignAnchorOf({ foreign, head }: Chain): Fault | undefined {
  return (
    foreign && {
      sequence: undefined,
      reason:
        `the anchor of event ${foreign.sequence} at ${foreign.time} is one of the ledger ` +
        `${foreign.ledger}, and this is ${head?.ledger}: give only anchors of this one; if there are ` +
        "none, it was put in the place of another",
    }
  );
}
