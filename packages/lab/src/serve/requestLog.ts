import { hash } from "node:crypto";
import { canonicalJson, sha256 } from "../files/canonical.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Answer } from "../model/answers.js";
import type { ServedModel } from "./servedModel.js";

/** When a segment is closed: after so many milliseconds, or so many characters, whichever comes first. */
const longest = 10_000;
const largest = 4 * 2 ** 20;

/** Takes note of the samples of a request as they were sent, and of the answer to each. */
export type Recorder = (
  sent: Uint8Array | readonly unknown[],
  predictions: readonly Answer[],
) => void;

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
 * event `requests` that names it. So a prediction costs a hash, and no write of its own; what a
 * killed process had gathered is lost, ten seconds at most.
 *
 * A line is one request: `{ time, inputs, outputs }`, with the SHA-256 of each sample as it was sent (its
 * bytes, or its JSON in the canonical form of RFC 8785), and its answer.
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
  recorder(model: ServedModel): Recorder {
    return (sent, predictions) => {
      const time = new Date().toISOString();
      const segment = this.#segmentOf(model, time);
      const line = JSON.stringify({
        time,
        inputs: hashes(sent, predictions.length),
        outputs: predictions.map(keptOf),
      });
      segment.lines.push(line);
      segment.characters += line.length + 1;
      segment.count += predictions.length;
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

  /**
   * Closes all segments, and resolves when they are written.
   *
   * @param synced whether they are on the disk then, whatever becomes of the machine; that makes requests wait
   *   for the disk. Default false: a loss of power takes the last seconds, as it takes what is not written yet
   */
  async flush(synced = false): Promise<void> {
    for (const segment of this.#segments.values()) this.#seal(segment, synced);
    await this.#writing;
  }

  #seal(segment: Segment, synced = false): void {
    const { model, lines, count, from, to } = segment;
    this.#segments.delete(model.sha256);
    this.#writing = this.#writing.then(async () => {
      try {
        const object = await this.#ledger.objects.put(`${lines.join("\n")}\n`);
        const payload = { model: model.sha256, from, to, count, object };
        const draft = { type: "requests", run: model.run ?? null, payload } as const;
        await this.#ledger.append([draft], { synced });
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
    await this.flush(true);
    if (this.#failed !== undefined) throw this.#failed;
  }
}

/** The class and how sure the model was: the probabilities of all others would fill the log. */
const keptOf = (answer: Answer): unknown =>
  "probabilities" in answer ? { class: answer.class, probability: answer.probability } : answer;

/** SHA-256 of each sample as it was sent: its bytes, or its canonical JSON. */
function hashes(sent: Uint8Array | readonly unknown[], count: number): string[] {
  if (!(sent instanceof Uint8Array)) {
    return sent.map((sample) =>
      sha256(sample instanceof Uint8Array ? sample : canonicalJson(sample)),
    );
  }
  const size = sent.byteLength / count;
  return Array.from({ length: count }, (_, i) =>
    hash("sha256", sent.subarray(i * size, (i + 1) * size), "hex"),
  );
}
