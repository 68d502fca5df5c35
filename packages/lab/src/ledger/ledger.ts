import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError, describeValue, requireOptions } from "@versant/core/internal";
import type { Transaction } from "kysely";
import { canonicalJson, sha256 } from "../files/canonical.js";
import { explained } from "../files/explain.js";
import { ObjectStore } from "../files/objects.js";
import { type Database, type EventRow, openDatabase, type Schema } from "./database.js";
import type { Draft, EventContent, EventType, LedgerEvent } from "./events.js";
import { type Identity, loadIdentity } from "./identity.js";
import { sql } from "./kysely.js";
import { ledgerFolder } from "./location.js";
import { isSuperseded, project } from "./projection.js";
import { reviveNumbers } from "./revive.js";

/** Where a ledger is, and what is to be done with it. */
export interface LedgerOptions {
  /** Default: see `ledgerFolder`. */
  readonly folder?: string;
  /** "read" makes nothing, and cannot append. Default "write". */
  readonly mode?: "read" | "write";
  /** Whether "write" makes a ledger where there is none. Default true. */
  readonly create?: boolean;
  /** Who signs. Default: see `loadIdentity`. */
  readonly identity?: Identity;
}

/** Which events, in order. */
export interface EventQuery<T extends EventType = EventType> {
  readonly run?: string;
  readonly types?: readonly T[];
  /** Only those behind this one. */
  readonly after?: number;
}

/**
 * What happened, in the order it happened, signed and chained: each event holds the hash of the one
 * before, so that nothing behind an event can stay when it is changed. Several processes may read and
 * append at once; readers never make writers wait.
 */
export class Ledger {
  readonly folder: string;
  readonly objects: ObjectStore;
  /**
   * The file itself, for what is part of this folder; no promise to others, whose events and runs are
   * there by `events`, `listRuns` and `readRun`.
   *
   * @internal
   */
  readonly database: Database;
  readonly #readVersion: ReturnType<Database["connection"]["prepare"]>;
  #identity: Identity | undefined;
  /** Whether the key of this process stands in the ledger. */
  #isIntroduced = false;

  private constructor({ folder, mode = "write", create = true, identity }: LedgerOptions) {
    this.folder = folder ?? ledgerFolder();
    this.objects = new ObjectStore(join(this.folder, "objects"));
    this.database = openDatabase(this.path, mode === "write" && create ? "make" : mode);
    this.#readVersion = this.database.connection.prepare("pragma data_version");
    this.#identity = identity;
  }

  /** @throws ArgumentError when it is damaged, something else, or cannot be read or written */
  static open(options: LedgerOptions = {}): Ledger {
    requireOptions("Ledger.open", options, ["folder", "mode", "create", "identity"]);
    const { mode = "write" } = options;
    if (mode === "read" || mode === "write") return new Ledger(options);
    throw new ArgumentError(
      `Ledger.open: received ${describeValue(mode)} as mode, expected "read" or "write".`,
    );
  }

  /** Whether there is one to read. */
  static exists(folder = ledgerFolder()): boolean {
    return existsSync(join(folder, "ledger.sqlite"));
  }

  get path(): string {
    return join(this.folder, "ledger.sqlite");
  }

  get identity(): Identity {
    this.#identity ??= loadIdentity();
    return this.#identity;
  }

  /**
   * Records what happened, all of it or nothing. It is on the disk when the promise resolves, whatever
   * becomes of this process and its machine.
   *
   * @param options.synced without, it outlives this process, but not a loss of power in the seconds after:
   *   for what a training would do again. Default true
   * @throws ArgumentError when the file cannot be written, the disk is full, or something keeps events out
   */
  async append(
    drafts: readonly Draft[],
    { synced = true }: { readonly synced?: boolean } = {},
  ): Promise<LedgerEvent[]> {
    const { connection } = this.database;
    const appended = await this.ask((query) =>
      // Nobody else has the connection meanwhile.
      query.connection().execute(async (bound) => {
        if (!synced) connection.exec("pragma synchronous = normal");
        try {
          return await bound
            .transaction()
            .execute((transaction) => this.#appendIn(transaction, drafts));
        } finally {
          if (!synced) connection.exec("pragma synchronous = full");
        }
      }),
    );
    this.#isIntroduced = true;
    return appended;
  }

  async #appendIn(
    transaction: Transaction<Schema>,
    drafts: readonly Draft[],
  ): Promise<LedgerEvent[]> {
    const sealed: LedgerEvent[] = [];
    let head = await headOf(transaction);
    const all = [...(await this.#introduction(transaction, head)), ...drafts];
    for (const [index, draft] of all.entries()) {
      const { event, body } = this.#seal(draft, head);
      await this.#insert(transaction, event, body);
      if (!isSuperseded(draft, all[index + 1])) await project(transaction, event);
      head = event;
      sealed.push(event);
    }
    return sealed.slice(sealed.length - drafts.length);
  }

  /**
   * Asks the tables something.
   *
   * @throws ArgumentError that names the file, where it is the file that cannot answer
   * @internal
   */
  async ask<T>(question: (query: Database["query"]) => Promise<T>): Promise<T> {
    try {
      return await question(this.database.query);
    } catch (error) {
      throw explained(this.path, error);
    }
  }

  /** Another number as soon as another process has appended something: asking costs next to nothing. */
  get version(): unknown {
    return Object.values(this.#readVersion.get() ?? {})[0];
  }

  /** What has to stand before the first event of a ledger, and before the first one of a name or key. */
  async #introduction(transaction: Transaction<Schema>, head: Head | undefined): Promise<Draft[]> {
    if (this.#isIntroduced) return [];
    const { name, publicKey } = this.identity;
    const keys = await transaction
      .selectFrom("events")
      .select("body")
      .where("type", "=", "key.added")
      .execute();
    const isKnown = keys.some(({ body }) => {
      const { payload } = JSON.parse(body);
      return payload.publicKey === publicKey && payload.name === name;
    });
    return [
      ...(isKnown ? [] : [{ type: "key.added" as const, run: null, payload: { name, publicKey } }]),
      ...(head ? [] : [createdDraft()]),
    ];
  }

  #seal(draft: Draft, head: Head | undefined): { event: LedgerEvent; body: string } {
    const { name, key } = this.identity;
    const content: EventContent = {
      sequence: head ? head.sequence + 1 : 0,
      previous: head?.hash ?? "",
      time: new Date().toISOString(),
      actor: { name, key },
      ...draft,
    };
    const body = canonicalJson(content);
    const hash = sha256(body);
    const signature = this.identity.sign(hash);
    // The type of a draft goes with its payload.
    return { event: { ...content, hash, signature } as LedgerEvent, body };
  }

  /** Whoever can write the file can also add a trigger that lets an event vanish without an error. */
  async #insert(
    transaction: Transaction<Schema>,
    { sequence, run, type, hash, signature }: LedgerEvent,
    body: string,
  ): Promise<void> {
    // As text: it stands in the way of training, and costs less so.
    const { numAffectedRows: rows } = await sql`
      insert into events (sequence, run, type, hash, signature, body)
      values (${sequence}, ${run}, ${type}, ${hash}, ${signature}, ${body})`.execute(transaction);
    if (rows === 1n) return;
    throw new ArgumentError(
      `the ledger ${this.path} did not take in event ${sequence} (${type}), expected it to: a trigger ` +
        "may keep it out. `versant ledger verify` says what is not as it should be.",
    );
  }

  /** The last event; undefined while there is none. */
  head(): Promise<Head | undefined> {
    return this.ask(headOf);
  }

  /** The events that a query asks for, in order. */
  async events<T extends EventType = EventType>({
    run,
    types,
    after = -1,
  }: EventQuery<T> = {}): Promise<Extract<LedgerEvent, { type: T }>[]> {
    const rows = await this.ask((query) => {
      let select = query.selectFrom("events").selectAll().where("sequence", ">", after);
      if (run !== undefined) select = select.where("run", "=", run);
      if (types) select = select.where("type", "in", types);
      return select.orderBy("sequence").execute();
    });
    // What the query asks for is what it finds.
    return rows.map(eventOf) as Extract<LedgerEvent, { type: T }>[];
  }

  async close(): Promise<void> {
    await this.database.query.destroy();
  }
}

const createdDraft = (): Draft => ({
  type: "ledger.created",
  run: null,
  payload: { format: 1, ledger: randomUUID() },
});

/** Where a chain ends. */
export type Head = Pick<LedgerEvent, "sequence" | "hash">;

async function headOf(query: Database["query"]): Promise<Head | undefined> {
  const text = sql<Head>`select sequence, hash from events order by sequence desc limit 1`;
  return (await text.execute(query)).rows[0];
}

/**
 * An event as it is stored, with the numbers that JSON has no word for.
 *
 * @throws ArgumentError for what is no JSON: somebody has altered it
 */
export function eventOf({ sequence, body, hash, signature }: EventRow): LedgerEvent {
  let content: LedgerEvent;
  try {
    content = JSON.parse(body);
  } catch (error) {
    throw new ArgumentError(
      `event ${sequence} of the ledger cannot be read (${(error as Error).message}), expected JSON: it was altered; ` +
        "restore the ledger from a copy. `versant ledger verify` says what else is not as it was.",
    );
  }
  return reviveNumbers({ ...content, hash, signature }, body);
}
