import type { LedgerEvent } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import type { SeriesAnswer } from "./api/index.js";
import { type CurvePoint, GrowingCurve } from "./curve.js";
import { lastPlace } from "./place.js";
import type { Query } from "./query.js";
import { Recent } from "./recent.js";

/** Runs whose curves are kept: those that people look at now. */
const kept = 4;

export const seriesParameters = ["names", "from", "to", "points"];

/** The curves of the runs that are looked at; each event of a run is read once. */
export class SeriesStore {
  readonly #runs = new Recent<RunCurves>(kept);

  async answer(ledger: Ledger, run: string, query: Query): Promise<SeriesAnswer> {
    const names = query.list("names");
    const from = query.count("from", {}) ?? 0;
    const to = query.count("to", {}) ?? Number.MAX_SAFE_INTEGER;
    const points = query.count("points", { min: 10, max: 10_000 }) ?? 1000;
    const curves = this.#runs.get(run, () => new RunCurves(run));
    await curves.goOn(ledger);
    const chosen = [...curves.curves].filter(([name]) => !names || names.includes(name));
    return {
      names: [...curves.curves.keys()],
      series: Object.fromEntries(
        chosen.map(([name, curve]) => [name, curve.between(from, to, points)]),
      ),
      sequence: curves.sequence,
    };
  }
}

const types = ["run.resumed", "steps", "epoch", "test"] as const;
type CurveEvent = Extract<LedgerEvent, { type: (typeof types)[number] }>;

/**
 * The curves of one run. Where it went back to a checkpoint, what it did a second time stands in the place
 * of the first, as in `seriesOf`; they are kept as columns, because one run may have a million points.
 */
class RunCurves {
  readonly curves = new Map<string, GrowingCurve>();
  /** The last event that is part of them. */
  sequence = -1;
  #step = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(readonly run: string) {}

  /** Reads what has come since. */
  goOn(ledger: Ledger): Promise<void> {
    // One after the other: two requests would add the same points twice.
    const read = this.#reading.then(() => this.#read(ledger));
    this.#reading = read.catch(() => {});
    return read;
  }

  async #read(ledger: Ledger): Promise<void> {
    const last = await lastPlace(ledger);
    const events = await ledger.events({ run: this.run, types, after: this.sequence });
    try {
      for (const event of events) this.#take(event);
    } catch (error) {
      // Signed by hand, say. What was taken in of the same reading must not come a second time.
      this.curves.clear();
      this.sequence = -1;
      this.#step = 0;
      throw error;
    }
    this.sequence = Math.max(last.sequence, events.at(-1)?.sequence ?? -1);
  }

  #take(event: CurveEvent): void {
    const { sequence } = event;
    const time = Date.parse(event.time);
    const add = (name: string, step: number, value: number, range: Partial<CurvePoint> = {}) =>
      this.#curve(name).add({ step, value, time, sequence, ...range });
    switch (event.type) {
      case "run.resumed":
        this.#goBackTo(event.payload.from.step);
        break;
      case "steps": {
        const { first, stride, batches, mean, lowest, highest, learningRate } = event.payload;
        mean.forEach((value, index) => {
          this.#step = first + Math.min((index + 1) * stride, batches);
          const range = { lowest: lowest?.[index], highest: highest?.[index] };
          add("step.loss", this.#step, value, range);
        });
        add("learningRate", this.#step, learningRate);
        break;
      }
      case "epoch": {
        const { step, seconds, train, validation = {} } = event.payload;
        this.#step = step;
        for (const [part, scores] of Object.entries({ train, validation })) {
          for (const [name, score] of Object.entries(scores)) add(`${part}.${name}`, step, score);
        }
        add("epoch.seconds", step, seconds);
        break;
      }
      case "test":
        for (const [name, score] of Object.entries(event.payload.scores ?? {})) {
          add(`test.${name}`, this.#step, score);
        }
    }
  }

  #curve(name: string): GrowingCurve {
    const known = this.curves.get(name);
    if (known) return known;
    const curve = new GrowingCurve();
    this.curves.set(name, curve);
    return curve;
  }

  #goBackTo(step: number): void {
    for (const [name, curve] of this.curves) {
      curve.goBackTo(step);
      if (curve.length === 0) this.curves.delete(name);
    }
    this.#step = step;
  }
}
