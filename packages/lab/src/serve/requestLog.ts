import { hash } from "node:crypto";
import type { Ledger } from "../ledger/ledger.js";
import type { Samples } from "./batcher.js";
import type { Prediction, ServedModel } from "./servedModel.js";

/** When a segment is closed: after so many milliseconds, or so many characters, whichever comes first. */
const longest = 10_000;
const largest = 4 * 2 ** 20;

/** What was asked of one model and answered, since the last segment. */
interface Segment {
  readonly model: ServedModel;
  lines: string[];
  characters: number;
  count: number;
  from: string;
  to: string;
}

/**
 * Keeps what models were asked and answered, as Article 12 of Regulation (EU) 2024/1689 asks of high-risk
 * systems. Lines of JSON are gathered in segments; each becomes an object of the ledger, and a signed
 * event `requests` that names it. So a prediction costs two hashes' time and no write of its own; what a
 * killed process had gathered is lost, ten seconds at most.
 *
 * A line is one request: `{ time, inputs, outputs }`, with the SHA-256 of each sample as the model took it
 * in (the raw little-endian elements of its inputs, one behind the other), and its answer.
 */
export class RequestLog {
  readonly #ledger: Ledger;
  readonly #segments = new Map<string, Segment>();
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();
  #failed: unknown;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#timer = setInterval(() => this.flush(), longest).unref();
  }

  /** What takes note of one model's answers. */
  recorder(model: ServedModel): (samples: Samples, predictions: readonly Prediction[]) => void {
    return (samples, predictions) => {
      const time = new Date().toISOString();
      const segment = this.#segmentOf(model, time);
      const line = JSON.stringify({
        time,
        inputs: hashes(samples),
        outputs: predictions.map(({ kept }) => kept),
      });
      segment.lines.push(line);
      segment.characters += line.length + 1;
      segment.count += samples.count;
      segment.to = time;
      if (segment.characters >= largest) this.#seal(segment);
    };
  }

  #segmentOf(model: ServedModel, time: string): Segment {
    const found = this.#segments.get(model.sha256);
    if (found) return found;
    const segment = { model, lines: [], characters: 0, count: 0, from: time, to: time };
    this.#segments.set(model.sha256, segment);
    return segment;
  }

  /** Closes all segments; they are on the disk when the promise resolves. */
  async flush(): Promise<void> {
    for (const segment of this.#segments.values()) this.#seal(segment);
    await this.#writing;
  }

  #seal(segment: Segment): void {
    const { model, lines, count, from, to } = segment;
    this.#segments.delete(model.sha256);
    this.#writing = this.#writing.then(async () => {
      try {
        const object = await this.#ledger.objects.put(`${lines.join("\n")}\n`);
        const payload = { model: model.sha256, from, to, count, object };
        await this.#ledger.append([{ type: "requests", run: model.run ?? null, payload }]);
      } catch (error) {
        this.#failed ??= error;
      }
    });
  }

  /** What went wrong with the first segment that could not be written, if one could not. */
  get failed(): unknown {
    return this.#failed;
  }

  /**
   * Writes what is left.
   *
   * @throws ArgumentError when a segment could not be written, now or before
   */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    if (this.#failed !== undefined) throw this.#failed;
  }
}

/** The SHA-256 of each sample: of the raw elements of its inputs, one behind the other. */
function hashes({ count, columns }: Samples): string[] {
  const bytes = columns.map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return Array.from({ length: count }, (_, i) => {
    const parts = bytes.map((all) => {
      const size = all.byteLength / count;
      return all.subarray(i * size, (i + 1) * size);
    });
    const [only] = parts;
    return hash("sha256", parts.length === 1 && only ? only : Buffer.concat(parts), "hex");
  });
}
