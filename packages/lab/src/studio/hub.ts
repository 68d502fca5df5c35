import type { LedgerEvent } from "../ledger/events.js";
import { eventOf, type Ledger } from "../ledger/ledger.js";
import { listRuns } from "../ledger/runs.js";
import { type Alive, aliveIn, changedOf } from "./alive.js";
import type { Problem, StreamMessages } from "./api/index.js";
import { idOf, isPlaceOf, lastPlace, type Place, sequenceIn } from "./place.js";
import { asStudioError, tellFault } from "./problem.js";
import { rowsOf } from "./runs.js";
import { searchRows } from "./searches.js";
import type { LedgerSource } from "./source.js";
import { type Listener, type MessageName, messageOf } from "./stream.js";

/** Milliseconds between two looks into the ledger, while somebody listens. */
const lookEvery = 250;

/** Looks between two heartbeats, and two looks at whether processes are still there. */
const beatEvery = 20;
const lifeEvery = 4;

/** Events that a browser is told when it comes back; of more it had better ask for everything. */
const mostMissed = 2000;

/** Where a look ended, and in which state of which file. */
interface Seen {
  readonly generation: number;
  readonly version: unknown;
  readonly place: Place;
}

/** Tells all who listen what has happened, by one look into the ledger for all of them. */
export class Hub {
  readonly #source: LedgerSource;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #turn: Promise<void> = Promise.resolve();
  #looks = 0;
  /** Where the last look ended; undefined before the first one. */
  #seen: Seen | undefined;
  /** What keeps it from looking. */
  #problem: Problem | null = null;
  /** Runs that a process trained, and searches that one made, at the last look. */
  #alive: Alive = { runs: new Set(), searches: new Set() };

  constructor(source: LedgerSource) {
    this.#source = source;
  }

  /**
   * Lets somebody listen.
   *
   * @param after the id of the last message that it knows; default: what comes from now on
   */
  async add(listener: Listener, after: string | undefined): Promise<void> {
    await this.#inTurn(async () => {
      try {
        await this.#source.read(async (ledger) => {
          // All others are up to date then, and so is this one.
          await this.#look(ledger);
          await this.#catchUp(ledger, listener, after);
        });
      } catch (error) {
        this.#fail(error);
        tell([listener], "ledger", { problem: this.#problem });
      }
    });
    if (!listener.isOpen) return;
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => {
      // A look that takes longer is not joined by another one.
      if (this.#isLooking) return;
      this.#isLooking = true;
      void this.#inTurn(() => this.#tick());
    }, lookEvery);
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    for (const listener of this.#listeners) {
      this.remove(listener);
      listener.end();
    }
  }

  /** One after the other: two looks at once would tell the same events twice. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(action);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #catchUp(ledger: Ledger, listener: Listener, after: string | undefined): Promise<void> {
    const place = this.#seen?.place ?? { sequence: -1, hash: "" };
    const { sequence } = place;
    if (after !== undefined) {
      const isHere = await isPlaceOf(ledger, after);
      const missed = isHere && (await eventsBehind(ledger, sequenceIn(after) ?? -1, sequence));
      if (missed) await this.#tell(ledger, missed, [listener]);
      else tell([listener], "reset", { sequence }, place);
    }
    tell([listener], "heartbeat", { sequence }, place);
  }

  async #tick(): Promise<void> {
    this.#looks++;
    try {
      await this.#source.read((ledger) => this.#look(ledger));
      if (this.#problem !== null) this.#say(null);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isLooking = false;
    }
    if (this.#looks % beatEvery === 0 && this.#seen && this.#problem === null) {
      const { place } = this.#seen;
      tell(this.#listeners, "heartbeat", { sequence: place.sequence }, place);
    }
  }

  #fail(error: unknown): void {
    const refused = asStudioError(error as Error);
    // It looks four times a second, and says it once.
    if (this.#problem?.error === refused.problem.error) return;
    tellFault(refused);
    this.#say(refused.problem);
  }

  #say(problem: Problem | null): void {
    this.#problem = problem;
    tell(this.#listeners, "ledger", { problem });
  }

  async #look(ledger: Ledger): Promise<void> {
    const { generation } = this.#source;
    const { version } = ledger;
    const seen = this.#seen;
    // What happened while nobody listened is read for nobody.
    if (this.#listeners.size === 0 || !seen || (await this.#isOther(ledger, seen))) {
      const place = await lastPlace(ledger);
      this.#seen = { generation, version, place };
      this.#alive = await aliveIn(ledger);
      // Events of another ledger go on behind none of this one's.
      tell(this.#listeners, "reset", { sequence: place.sequence }, place);
      return;
    }
    if (seen.generation !== generation || seen.version !== version) {
      const events = await ledger.events({ after: seen.place.sequence });
      this.#seen = { generation, version, place: events.at(-1) ?? seen.place };
      await this.#tell(ledger, events, this.#listeners);
    }
    if (this.#looks % lifeEvery === 0) await this.#lookForDead(ledger);
  }

  /**
   * Whether those who listen have to ask for everything anew. A damaged file is opened again after each question that it
   * did not answer: where it goes on as it was, they would ask that question for ever.
   */
  async #isOther(ledger: Ledger, { generation, place }: Seen): Promise<boolean> {
    if (generation === this.#source.generation) return false;
    return this.#problem !== null || !(await isPlaceOf(ledger, idOf(place)));
  }

  /** A process that is killed says nothing more: that it is gone has to be found out. */
  async #lookForDead(ledger: Ledger): Promise<void> {
    const before = this.#alive;
    const alive = await aliveIn(ledger);
    this.#alive = alive;
    await this.#tellStates(ledger, changedOf(before.runs, alive.runs), this.#listeners);
    const searches = changedOf(before.searches, alive.searches);
    if (searches.size === 0) return;
    for (const row of await searchRows(ledger)) {
      if (searches.has(row.name)) tell(interestedIn(row.name, this.#listeners), "search", row);
    }
  }

  async #tell(
    ledger: Ledger,
    events: readonly LedgerEvent[],
    listeners: Iterable<Listener>,
  ): Promise<void> {
    const all = [...listeners];
    const changed = new Set<string>();
    for (const event of events) {
      const { run, type } = event;
      if (run !== null && type !== "steps") changed.add(run);
      const isSearch = type.startsWith("search.");
      const told = all.filter((each) => (each.run === undefined ? isSearch : each.run === run));
      if (event.type === "epoch") tell(told, "epoch", event, event);
      else if (event.type === "steps") tell(told, "steps", event, event);
      else tell(told, "event", event, event);
    }
    await this.#tellStates(ledger, changed, all);
  }

  async #tellStates(
    ledger: Ledger,
    runs: ReadonlySet<string>,
    listeners: Iterable<Listener>,
  ): Promise<void> {
    const all = [...listeners];
    for (const run of runs) {
      const interested = interestedIn(run, all);
      if (interested.length === 0) continue;
      const conditions = [{ name: "id", operator: "=", value: run }] as const;
      // Names of searches stand in events as those of runs do.
      const [row] = await rowsOf(ledger, await listRuns(ledger, { conditions }));
      if (row) tell(interested, "state", row);
    }
  }
}

/** Who watches a run or a search, or all of them. */
const interestedIn = (name: string, listeners: Iterable<Listener>): Listener[] =>
  [...listeners].filter(({ run }) => run === undefined || run === name);

/** Tells several the same: it is written once. */
function tell<N extends MessageName>(
  listeners: Iterable<Listener>,
  name: N,
  data: StreamMessages[N],
  place?: Place,
): void {
  const all = [...listeners];
  if (all.length === 0) return;
  const message = messageOf(name, data, place);
  for (const each of all) each.send(message);
}

/** What lies behind an event, up to another one; undefined where it is too much to be told. */
async function eventsBehind(
  ledger: Ledger,
  after: number,
  last: number,
): Promise<LedgerEvent[] | undefined> {
  if (last - after > mostMissed) return undefined;
  const rows = await ledger.ask((query) =>
    query
      .selectFrom("events")
      .selectAll()
      .where("sequence", ">", after)
      .where("sequence", "<=", last)
      .orderBy("sequence")
      .execute(),
  );
  return rows.map(eventOf);
}
