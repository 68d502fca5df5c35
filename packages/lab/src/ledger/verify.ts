import { canonicalJson, sha256 } from "./canonical.js";
import { type EventRow, openDatabase } from "./database.js";
import type { LedgerEvent } from "./events.js";
import { PublicKey } from "./identity.js";
import { eventOf, type Ledger } from "./ledger.js";
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
      chain.truncation() ??
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

async function readEvents(ledger: Ledger, chain: Chain, fresh: Query): Promise<Fault | undefined> {
  for (let after = -1; ; ) {
    let rows: EventRow[];
    try {
      rows = await ledger.database.query
        .selectFrom("events")
        .selectAll()
        .where("sequence", ">", after)
        .orderBy("sequence")
        .limit(batchSize)
        .execute();
    } catch (error) {
      const reason = `the file is damaged: ${(error as Error).message}`;
      return { sequence: chain.events, reason };
    }
    if (rows.length === 0) return undefined;
    const fault = await fresh.transaction().execute(async (transaction) => {
      for (const row of rows) {
        const reason = chain.add(row);
        if (reason) return { sequence: chain.events, reason };
        await project(transaction, eventOf(row));
      }
      return undefined;
    });
    if (fault) return fault;
    after = (rows.at(-1) as EventRow).sequence;
  }
}

/** The events that were read so far, each right behind the one before. */
class Chain {
  events = 0;
  head: Anchor | undefined;
  readonly keys: { name: string; key: string; since: number }[] = [];
  /** Objects that events speak of, and the first event that does. */
  readonly objects = new Map<string, number>();
  readonly #known = new Map<string, PublicKey>();
  readonly #anchors: Map<number, Anchor>;
  #ledger = "";

  constructor(anchors: readonly Anchor[]) {
    this.#anchors = new Map(anchors.map((anchor) => [anchor.sequence, anchor]));
  }

  /** Takes in a row; gives what is wrong with it. */
  add(row: EventRow): string | undefined {
    if (row.sequence !== this.events) return `it is missing; the next one there is ${row.sequence}`;
    if (sha256(row.body) !== row.hash) return "its content was altered: it has another hash";
    let event: LedgerEvent;
    try {
      event = eventOf(row);
    } catch {
      return "its content is no JSON";
    }
    const { hash: _hash, signature: _signature, ...content } = event;
    if (canonicalJson(content) !== row.body) return "its content is not in canonical form";
    for (const name of ["sequence", "run", "type"] as const) {
      if (content[name] !== row[name]) return `its ${name} stands outside of it as ${row[name]}`;
    }
    if (event.previous !== (this.head?.hash ?? "")) {
      return "it does not follow the event before: one of the two was replaced or moved";
    }
    const forgery = this.#forgery(event, row);
    if (forgery) return forgery;
    const anchor = this.#anchors.get(event.sequence);
    if (event.type === "ledger.created") this.#ledger = event.payload.ledger;
    if (anchor && (anchor.hash !== row.hash || anchor.ledger !== this.#ledger)) {
      return `it is not the one that was anchored at ${anchor.time}: history was written anew`;
    }
    for (const object of objectsOf(event)) {
      if (!this.objects.has(object)) this.objects.set(object, event.sequence);
    }
    if (event.type === "collected") {
      for (const object of event.payload.objects) this.objects.delete(object);
    }
    const { sequence, time } = event;
    this.head = { ledger: this.#ledger, sequence, hash: row.hash, time };
    this.events++;
    return undefined;
  }

  /** An anchor that the events do not reach. */
  truncation(): Fault | undefined {
    const beyond = [...this.#anchors.values()].find(({ sequence }) => sequence >= this.events);
    return (
      beyond && {
        sequence: this.events,
        reason:
          `it is missing, and all behind it: event ${beyond.sequence} was there when it was anchored ` +
          `at ${beyond.time}`,
      }
    );
  }

  #forgery(event: LedgerEvent, { hash, signature }: EventRow): string | undefined {
    const { name, key } = event.actor;
    if (event.type === "key.added") this.#learn(event.payload, event.sequence);
    const known = this.#known.get(key);
    if (!known) return `it is forged: the key ${key} of ${name} was never introduced`;
    if (known.verifies(hash, signature)) return undefined;
    return `it is forged: its signature is not one of ${name}'s key ${key}`;
  }

  #learn({ name, publicKey }: { name: string; publicKey: string }, since: number): void {
    try {
      const key = new PublicKey(publicKey);
      this.#known.set(key.fingerprint, key);
      this.keys.push({ name, key: key.fingerprint, since });
    } catch {
      // What it signs will be found to be by an unknown key.
    }
  }
}

/** Hashes of objects that an event speaks of. */
export function objectsOf(event: LedgerEvent): string[] {
  switch (event.type) {
    case "run.started": {
      const { files, changes, lockFile } = event.payload.code;
      return [...files.map(({ object }) => object), changes, lockFile].flatMap(
        (hash) => hash ?? [],
      );
    }
    case "checkpoint":
      return [event.payload.tensors, event.payload.loop];
    case "run.ended":
      return event.payload.object ? [event.payload.object] : [];
    default:
      return [];
  }
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
