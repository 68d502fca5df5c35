import { batch, signal } from "@preact/signals";
import type {
  Curve,
  Event,
  EventsAnswer,
  LedgerEvent,
  RunDetail,
  RunRow,
  SeriesAnswer,
  StreamMessages,
} from "versant/studio-api";
import { type ApiError, asApiError, get } from "../../api/client.js";
import { extended, finite, type Point } from "../../charts/curves.js";

/** Milliseconds after an event until everything is asked for anew: events come together. */
const pause = 250;

/** Milliseconds between two drawings of what comes in: those of four charts take some twenty of them. */
const drawingPause = 500;

/** What is asked for by itself. */
const ofInside: ReadonlySet<string> = new Set(["insight", "mistakes", "landscape"]);

/** Everything that a page shows of one run, kept up with the ledger. */
export class RunStore {
  readonly detail = signal<RunDetail | undefined>(undefined);
  readonly curves = signal<Readonly<Record<string, Curve>>>({});
  readonly events = signal<readonly LedgerEvent[]>([]);
  /** How often there was more to tell of its inside. */
  readonly insights = signal(0);
  readonly error = signal<ApiError | undefined>(undefined);
  /** The last event that is known; undefined until the first answers are here. */
  readonly sequence = signal<number | undefined>(undefined);
  #later: ReturnType<typeof setTimeout> | undefined;
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #drawn = Number.NEGATIVE_INFINITY;
  /** What came since the last drawing. */
  #points = new Map<string, Point[]>();
  #row: RunRow | undefined;
  readonly #abort = new AbortController();

  constructor(readonly id: string) {
    void this.reload();
  }

  close(): void {
    clearTimeout(this.#later);
    clearTimeout(this.#drawing);
    this.#abort.abort();
  }

  /** Asks for everything. */
  async reload(): Promise<void> {
    const path = `/api/runs/${encodeURIComponent(this.id)}`;
    const { signal } = this.#abort;
    try {
      const [detail, series, { events }] = await Promise.all([
        get<RunDetail>(path, {}, signal),
        get<SeriesAnswer>(`${path}/series`, { points: 1000 }, signal),
        get<EventsAnswer>(`${path}/events`, { limit: 1000 }, signal),
      ]);
      this.detail.value = detail;
      this.curves.value = series.series;
      this.events.value = events;
      this.error.value = undefined;
      this.sequence.value ??= Math.min(detail.sequence, series.sequence);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The run as a list shows it: its state, epochs, scores. */
  stand(row: RunRow): void {
    this.#row = row;
    this.#drawSoon();
  }

  steps({ sequence, time, payload }: StreamMessages["steps"]): void {
    const { first, stride, batches, mean, lowest, highest, learningRate } = payload;
    const at = { time: Date.parse(time), sequence };
    const points = mean.map(
      (value, index): Point => ({
        ...at,
        step: first + Math.min((index + 1) * stride, batches),
        value: finite(value),
        ...(lowest &&
          highest && { lowest: finite(lowest[index]), highest: finite(highest[index]) }),
      }),
    );
    const end = first + batches;
    this.#extend({
      "step.loss": points,
      learningRate: [{ ...at, step: end, value: finite(learningRate) }],
    });
  }

  epoch({ sequence, time, payload }: Event<"epoch">): void {
    const { step, train, validation = {}, seconds } = payload;
    const at = { time: Date.parse(time), sequence, step };
    const scores = Object.entries({ train, validation }).flatMap(([part, values]) =>
      Object.entries(values).map(([name, value]) => [`${part}.${name}`, value] as const),
    );
    this.#extend(
      Object.fromEntries(
        [...scores, ["epoch.seconds", seconds] as const].map(([name, value]) => [
          name,
          [{ ...at, value: finite(value) }],
        ]),
      ),
    );
  }

  /** Whatever else happened: it stands in the log, and may change everything that is shown. */
  event(event: StreamMessages["event"]): void {
    if (ofInside.has(event.type)) this.insights.value++;
    if (event.type === "insight") return;
    if (this.events.value.some(({ sequence }) => sequence === event.sequence)) return;
    // An event of any kind is told apart by its type.
    this.events.value = [...this.events.value, event as LedgerEvent];
    this.reloadSoon();
  }

  reloadSoon(): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      void this.reload();
    }, pause);
  }

  #extend(points: Readonly<Record<string, readonly Point[]>>): void {
    for (const [name, each] of Object.entries(points)) {
      const waiting = this.#points.get(name);
      if (waiting) waiting.push(...each);
      else this.#points.set(name, [...each]);
    }
    this.#drawSoon();
  }

  /** A small network has hundreds of epochs a second; a page is drawn twice. What comes seldom is drawn at once. */
  #drawSoon(): void {
    const wait = Math.max(0, this.#drawn + drawingPause - performance.now());
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      this.#drawn = performance.now();
      batch(() => this.#draw());
    }, wait);
  }

  #draw(): void {
    if (this.#points.size > 0) {
      const curves = { ...this.curves.value };
      for (const [name, each] of this.#points) curves[name] = extended(curves[name], each);
      this.#points = new Map();
      this.curves.value = curves;
    }
    const detail = this.detail.value;
    if (detail && this.#row?.id === detail.run.id) {
      this.detail.value = { ...detail, run: { ...this.#row, sparkline: detail.run.sparkline } };
    }
    this.#row = undefined;
  }

  #fail(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    this.error.value = asApiError(error);
  }
}
