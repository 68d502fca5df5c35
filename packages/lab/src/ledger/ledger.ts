import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Transaction } from "kysely";
import { canonicalJson, sha256 } from "./canonical.js";
import { type Database, type EventRow, explained, openDatabase, type Schema } from "./database.js";
import type { Draft, EventContent, EventType, LedgerEvent } from "./events.js";
import { type Identity, loadIdentity } from "./identity.js";
import { ledgerFolder } from "./location.js";
import { ObjectStore } from "./objects.js";
import { project } from "./projection.js";

export interface LedgerOptions {
  /** Default: see `ledgerFolder`. */
  readonly folder?: string;
  /** "read" makes nothing, and cannot append. Default "write". */
  readonly mode?: "read" | "write";
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
  readonly database: Database;
  #identity: Identity | undefined;
  /** Whether the key of this process stands in the ledger. */
  #isIntroduced = false;

  private constructor(options: LedgerOptions) {
    this.folder = options.folder ?? ledgerFolder();
    this.objects = new ObjectStore(join(this.folder, "objects"));
    this.database = openDatabase(this.path, options.mode ?? "write");
    this.#identity = options.identity;
  }

  /** @throws ArgumentError when it is damaged, something else, or cannot be read or written */
  static open(options: LedgerOptions = {}): Ledger {
    return new Ledger(options);
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
   * Records what happened, all of it or nothing; it is there when the promise resolves, whatever
   * becomes of this process.
   *
   * @param settle waits until the disk has it too, so that it outlives a loss of power. Default false
   */
  async append(drafts: readonly Draft[], settle = false): Promise<LedgerEvent[]> {
    const { connection, query } = this.database;
    try {
      if (settle) connection.exec("pragma synchronous = full");
      const appended = await query.transaction().execute(async (transaction) => {
        const sealed: LedgerEvent[] = [];
        let head = await headOf(transaction);
        for (const draft of [...(await this.#introduction(transaction, head)), ...drafts]) {
          const event = this.#seal(draft, head);
          await insert(transaction, event);
          await project(transaction, event);
          head = event;
          sealed.push(event);
        }
        return sealed.slice(sealed.length - drafts.length);
      });
      this.#isIntroduced = true;
      return appended;
    } catch (error) {
      throw explained(this.path, error);
    } finally {
      if (settle) connection.exec("pragma synchronous = normal");
    }
  }

  /** What has to stand before the first event of a ledger, and before the first one of a key. */
  async #introduction(transaction: Transaction<Schema>, head: Head | undefined): Promise<Draft[]> {
    if (this.#isIntroduced) return [];
    const { name, publicKey } = this.identity;
    const keys = await transaction
      .selectFrom("events")
      .select("body")
      .where("type", "=", "key.added")
      .execute();
    const isKnown = keys.some(({ body }) => JSON.parse(body).payload.publicKey === publicKey);
    return [
      ...(isKnown ? [] : [{ type: "key.added" as const, run: null, payload: { name, publicKey } }]),
      ...(head ? [] : [createdDraft()]),
    ];
  }

  #seal(draft: Draft, head: Head | undefined): LedgerEvent {
    const { name, key } = this.identity;
    const content: EventContent = {
      sequence: head ? head.sequence + 1 : 0,
      previous: head?.hash ?? "",
      time: new Date().toISOString(),
      actor: { name, key },
      ...draft,
    };
    const hash = sha256(canonicalJson(content));
    return { ...content, hash, signature: this.identity.sign(hash) } as LedgerEvent;
  }

  /** The events that a query asks for, in order. */
  async events<T extends EventType = EventType>({
    run,
    types,
    after = -1,
  }: EventQuery<T> = {}): Promise<Extract<LedgerEvent, { type: T }>[]> {
    let query = this.database.query.selectFrom("events").selectAll().orderBy("sequence");
    query = query.where("sequence", ">", after);
    if (run !== undefined) query = query.where("run", "=", run);
    if (types) query = query.where("type", "in", types);
    const rows = await query.execute().catch((error: unknown) => {
      throw explained(this.path, error);
    });
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

type Head = Pick<LedgerEvent, "sequence" | "hash">;

const headOf = (transaction: Transaction<Schema>): Promise<Head | undefined> =>
  transaction
    .selectFrom("events")
    .select(["sequence", "hash"])
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();

async function insert(transaction: Transaction<Schema>, event: LedgerEvent): Promise<void> {
  const { hash, signature, ...content } = event;
  const { sequence, run, type } = content;
  const body = canonicalJson(content);
  await transaction
    .insertInto("events")
    .values({ sequence, run, type, hash, signature, body })
    .execute();
}

/** An event as it is stored. */
export function eventOf({ body, hash, signature }: EventRow): LedgerEvent {
  return { ...JSON.parse(body), hash, signature };
}
