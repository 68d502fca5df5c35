import type { Transaction } from "kysely";
import { canonicalJson } from "./canonical.js";
import { Chain, type Link } from "./chain.js";
import { type EventRow, openDatabase, type Schema } from "./database.js";
import type { Ledger } from "./ledger.js";
import { project } from "./projection.js";

/** A place in the chain, kept elsewhere: everything up to it can be compared later. */
export interface Anchor {
  readonly ledger: string;
  readonly sequence: number;
  readonly hash: string;
  readonly time: string;
}

export interface Fault {
  /** The first event that is not what was recorded; undefined when it is none in particular. */
  readonly sequence: number | undefined;
  readonly reason: string;
}

export interface Verification {
  readonly events: number;
  readonly keys: readonly { readonly name: string; readonly key: string; readonly since: number }[];
  readonly head: Anchor | undefined;
  /** Absent when all is as it was recorded. */
  readonly fault?: Fault;
}

const batchSize = 1000;

/**
 * Checks a whole ledger: that the file is sound; that each event has the hash of its content, holds
 * that of the event before, and is signed by a key that was introduced; that it goes as far as its
 * anchors, and has their hashes; that the tables are those that Versant makes, and those of runs what the
 * events add up to; and that no kept object has changed.
 */
export async function verifyLedger(
  ledger: Ledger,
  anchors: readonly Anchor[] = [],
): Promise<Verification> {
  const chain = new Chain(anchors);
  const fresh = openDatabase(":memory:", "memory");
  try {
    const damage = integrityOf(ledger);
    const fault =
      (await readEvents(ledger, chain, fresh.query)) ??
      truncationOf(chain) ??
      damage ??
      compareSchema(ledger, fresh.connection) ??
      (await compareTables(ledger, fresh.query)) ??
      (await compareObjects(ledger, chain));
    const { events, keys, head } = chain;
    return { events, keys, head, ...(fault && { fault }) };
  } finally {
    await fresh.query.destroy();
  }
}

type Query = Ledger["database"]["query"];

/** Signatures are checked beside this thread, while the next rows are read. */
async function readEvents(ledger: Ledger, chain: Chain, fresh: Query): Promise<Fault | undefined> {
  let waiting: readonly Link[] = [];
  for (let after = -1; ; ) {
    const rows = await rowsAfter(ledger, after);
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

const rowsAfter = (ledger: Ledger, sequence: number): Promise<EventRow[] | Error> =>
  ledger.database.query
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

function integrityOf(ledger: Ledger): Fault | undefined {
  try {
    const [first] = ledger.database.connection.prepare("pragma integrity_check(1)").all();
    const found = Object.values(first ?? {})[0];
    return found === "ok"
      ? undefined
      : { sequence: undefined, reason: `the file is damaged: ${found}` };
  } catch (error) {
    return { sequence: undefined, reason: `the file is damaged: ${(error as Error).message}` };
  }
}

/** A trigger could forget what is recorded next, a view pretend to be a table. */
function compareSchema(ledger: Ledger, fresh: Ledger["database"]["connection"]): Fault | undefined {
  const read = (connection: typeof fresh): string =>
    canonicalJson(
      connection.prepare("select type, name, tbl_name, sql from sqlite_schema order by name").all(),
    );
  if (read(ledger.database.connection) === read(fresh)) return undefined;
  const reason = "the database has other tables, indices or triggers than Versant makes";
  return { sequence: undefined, reason };
}

/** The tables are there for speed; whoever changes them deceives all the same. */
async function compareTables(ledger: Ledger, fresh: Query): Promise<Fault | undefined> {
  const runs = (query: Query) => query.selectFrom("runs").selectAll().orderBy("id").execute();
  const values = (query: Query) =>
    query
      .selectFrom("run_values")
      .selectAll()
      .orderBy("run")
      .orderBy("kind")
      .orderBy("name")
      .execute();
  for (const read of [runs, values]) {
    const [kept, expected] = [await read(ledger.database.query), await read(fresh)];
    for (let index = 0; index < Math.max(kept.length, expected.length); index++) {
      const [is, shouldBe] = [kept[index], expected[index]].map((row) => row && canonicalJson(row));
      if (is === shouldBe) continue;
      const row = expected[index] ?? kept[index];
      const run = row && "id" in row ? row.id : row?.run;
      return {
        sequence: undefined,
        reason: `the list of runs says of ${run} what no event says; expected ${shouldBe ?? "nothing"}`,
      };
    }
  }
  return undefined;
}

async function compareObjects(ledger: Ledger, { objects }: Chain): Promise<Fault | undefined> {
  for (const [hash, sequence] of objects) {
    try {
      await ledger.objects.get(hash);
    } catch (error) {
      return { sequence, reason: (error as Error).message };
    }
  }
  return undefined;
}
