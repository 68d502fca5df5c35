import { canonicalJson, sha256 } from "./canonical.js";
import type { EventRow } from "./database.js";
import type { LedgerEvent } from "./events.js";
import { PublicKey } from "./identity.js";
import { eventOf } from "./ledger.js";
import type { Anchor } from "./verify.js";

/** An event that is in its place, if it is no forgery: its signature takes the longest to check. */
export interface Link {
  readonly event: LedgerEvent;
  /** The end of the chain before it. */
  readonly before: Anchor | undefined;
  /** Says why it is forged, if it is. */
  readonly forgery: Promise<string | undefined>;
}

/** The events that were read so far, each right behind the one before. */
export class Chain {
  head: Anchor | undefined;
  keys: readonly { readonly name: string; readonly key: string; readonly since: number }[] = [];
  /** Objects that events speak of, and the first event that does. */
  readonly objects = new Map<string, number>();
  readonly #known = new Map<string, PublicKey>();
  readonly #anchors: Map<number, Anchor>;
  #ledger = "";

  constructor(anchors: readonly Anchor[]) {
    this.#anchors = new Map(anchors.map((anchor) => [anchor.sequence, anchor]));
  }

  get events(): number {
    return this.head === undefined ? 0 : this.head.sequence + 1;
  }

  /** Takes in a row; or gives what is wrong with it. */
  add(row: EventRow): Link | string {
    try {
      return this.#link(row);
    } catch (error) {
      return `its content cannot be read: ${(error as Error).message}`;
    }
  }

  #link(row: EventRow): Link | string {
    if (row.sequence !== this.events) return `it is missing; the next one there is ${row.sequence}`;
    if (sha256(row.body) !== row.hash) return "its content was altered: it has another hash";
    const event = eventOf(row);
    const { hash: _hash, signature: _signature, ...content } = event;
    if (canonicalJson(content) !== row.body) return "its content is not in canonical form";
    for (const name of ["sequence", "run", "type"] as const) {
      if (content[name] !== row[name]) return `its ${name} stands outside of it as ${row[name]}`;
    }
    const before = this.head;
    if (event.previous !== (before?.hash ?? "")) {
      return "it does not follow the event before: one of the two was replaced or moved";
    }
    if (event.type === "key.added") this.#learn(event.payload, event.sequence);
    if (event.type === "ledger.created") this.#ledger = event.payload.ledger;
    const { name, key } = event.actor;
    const known = this.#known.get(key);
    if (!known) return `it is forged: the key ${key} of ${name} was never introduced`;
    const anchor = this.#anchors.get(event.sequence);
    if (anchor && (anchor.hash !== row.hash || anchor.ledger !== this.#ledger)) {
      return `it is not the one that was anchored at ${anchor.time}: history was written anew`;
    }
    const { sequence, time } = event;
    this.head = { ledger: this.#ledger, sequence, hash: row.hash, time };
    const forgery = known
      .verifies(row.hash, row.signature)
      .then((isGood) =>
        isGood ? undefined : `it is forged: its signature is not one of ${name}'s key ${key}`,
      );
    return { event, before, forgery };
  }

  /** Goes back to where the chain was before a link that turned out to be forged. */
  cutAt({ before }: Link): void {
    this.head = before;
    this.keys = this.keys.filter(({ since }) => since < this.events);
  }

  /** An anchor that the events do not reach. */
  get missed(): Anchor | undefined {
    return [...this.#anchors.values()].find(({ sequence }) => sequence >= this.events);
  }

  /** Which objects have to be there after an event. */
  note(event: LedgerEvent): void {
    for (const object of objectsOf(event)) {
      if (!this.objects.has(object)) this.objects.set(object, event.sequence);
    }
    if (event.type === "collected") {
      for (const object of event.payload.objects) this.objects.delete(object);
    }
  }

  #learn({ name, publicKey }: { name: string; publicKey: string }, since: number): void {
    try {
      const key = new PublicKey(publicKey);
      this.#known.set(key.fingerprint, key);
      this.keys = [...this.keys, { name, key: key.fingerprint, since }];
    } catch {
      // What it signs will be found to be by an unknown key.
    }
  }
}

/** Hashes of objects that an event speaks of. */
export function objectsOf(event: LedgerEvent): string[] {
  switch (event.type) {
    case "run.started":
    case "run.resumed": {
      const { files = [], changes, lockFile } = event.payload.code ?? {};
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
