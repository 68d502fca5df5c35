import { canonicalJson, sha256 } from "../files/canonical.js";
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

/** A key with a name that it was introduced under. */
export interface IntroducedKey {
  readonly name: string;
  /** Its fingerprint. */
  readonly key: string;
  /** The event that introduced it. */
  readonly since: number;
}

/** An object that events speak of. */
export interface NamedObject {
  /** The first event that does. */
  readonly sequence: number;
  /** Whether only checkpoints need it: those may be collected. */
  readonly isCheckpoint: boolean;
  /** Who says that it was collected, where that is no reason for it to be gone. */
  readonly collected?: string;
}

/** The events that were read so far, each right behind the one before. */
export class Chain {
  head: Anchor | undefined;
  keys: readonly IntroducedKey[] = [];
  /** Objects that have to be there, by hash. */
  readonly objects = new Map<string, NamedObject>();
  readonly #known = new Map<string, PublicKey>();
  readonly #anchors: readonly Anchor[];
  readonly #anchorsAt = new Map<number, readonly Anchor[]>();
  #ledger = "";

  constructor(anchors: readonly Anchor[]) {
    this.#anchors = anchors.toSorted((a, b) => a.sequence - b.sequence);
    for (const anchor of anchors) {
      const others = this.#anchorsAt.get(anchor.sequence) ?? [];
      this.#anchorsAt.set(anchor.sequence, [...others, anchor]);
    }
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
    const wrong = this.#introduce(event) ?? this.#strangeness(event) ?? this.#rewriting(row);
    if (wrong !== undefined) return wrong;
    const { name, key } = event.actor;
    const { sequence, time } = event;
    this.head = { ledger: this.#ledger, sequence, hash: row.hash, time };
    const isSigned = this.#known.get(key)?.verifies(row.hash, row.signature) ?? false;
    const forgery = Promise.resolve(isSigned).then((isGood) =>
      isGood ? undefined : `it is forged: its signature is not one of ${name}'s key ${key}`,
    );
    return { event, before, forgery };
  }

  /** Goes back to where the chain was before a link that turned out to be forged. */
  cutAt({ before }: Link): void {
    this.head = before;
    this.keys = this.keys.filter(({ since }) => since < this.events);
  }

  /** The first anchor that the events do not reach. */
  get missed(): Anchor | undefined {
    return this.#anchors.find((anchor) => anchor.sequence >= this.events && this.#isOwn(anchor));
  }

  /** An anchor of another ledger. */
  get foreign(): Anchor | undefined {
    return this.#anchors.find((anchor) => !this.#isOwn(anchor));
  }

  /** Names that more than one key signs under: anybody can call himself so. */
  get warnings(): string[] {
    return [...new Set(this.keys.map(({ name }) => name))].flatMap((name) => {
      const keys = this.keys.filter((each) => each.name === name);
      if (keys.length < 2) return [];
      const list = keys.map(({ key, since }) => `${key} since event ${since}`).join(", ");
      return [
        `${keys.length} keys sign as ${name}: ${list}; ask ${name} whether they are all known`,
      ];
    });
  }

  /** Until the events have said which ledger they are, every anchor may be its own. */
  #isOwn({ ledger }: Anchor): boolean {
    return this.#ledger === "" || ledger === this.#ledger;
  }

  /** Which objects have to be there after an event. */
  note(event: LedgerEvent): void {
    const { sequence, actor } = event;
    for (const object of objectsOf(event)) {
      const known = this.objects.get(object) ?? { sequence, isCheckpoint: true };
      const isCheckpoint = known.isCheckpoint && event.type === "checkpoint";
      this.objects.set(object, { ...known, isCheckpoint });
    }
    if (event.type !== "collected") return;
    for (const object of event.payload.objects) {
      const known = this.objects.get(object);
      const collected = `${actor.name}, by event ${sequence}`;
      if (known?.isCheckpoint) this.objects.delete(object);
      else if (known) this.objects.set(object, { ...known, collected });
    }
  }

  /** Takes in which ledger it is, and who may sign from here on; or says why that cannot be. */
  #introduce(event: LedgerEvent): string | undefined {
    if (event.type === "ledger.created") {
      if (this.#ledger !== "") return "it gives the ledger a second name";
      this.#ledger = event.payload.ledger;
    }
    if (event.type !== "key.added") return undefined;
    const { name, publicKey } = event.payload;
    const key = new PublicKey(publicKey);
    if (event.actor.key !== key.fingerprint) {
      return `it is forged: it introduces the key ${key.fingerprint}, and is signed by ${event.actor.key}`;
    }
    this.#known.set(key.fingerprint, key);
    this.keys = [...this.keys, { name, key: key.fingerprint, since: event.sequence }];
    return undefined;
  }

  /** Says so when nobody has introduced whoever signs. */
  #strangeness({ actor }: LedgerEvent): string | undefined {
    const names = this.keys.flatMap(({ key, name }) => (key === actor.key ? [name] : []));
    if (names.includes(actor.name)) return undefined;
    return names.length === 0
      ? `it is forged: the key ${actor.key} of ${actor.name} was never introduced`
      : `it is forged: the key ${actor.key} signs as ${actor.name}, and was introduced as ${names.join(", ")}`;
  }

  #rewriting({ sequence, hash }: EventRow): string | undefined {
    const anchors = this.#anchorsAt.get(sequence)?.filter((anchor) => this.#isOwn(anchor));
    const broken = anchors?.find((anchor) => anchor.hash !== hash);
    return (
      broken && `it is not the one that was anchored at ${broken.time}: history was written anew`
    );
  }
}

/** Hashes of objects that an event speaks of. */
export function objectsOf(event: LedgerEvent): string[] {
  switch (event.type) {
    case "run.started":
    case "run.resumed": {
      const { files = [], changes, lockFile } = event.payload.code ?? {};
      const origin = event.type === "run.started" ? event.payload.from?.weights : undefined;
      return [...files.map(({ object }) => object), changes, lockFile, origin].flatMap(
        (hash) => hash ?? [],
      );
    }
    case "checkpoint":
      return [event.payload.tensors, event.payload.loop];
    case "run.ended":
      return event.payload.object ? [event.payload.object] : [];
    case "requests":
    case "mistakes":
    case "landscape":
      return [event.payload.object];
    default:
      return [];
  }
}
