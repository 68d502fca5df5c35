import { requireInstance } from "../../array/index.js";
import { activeCapture, type Capture } from "../../tensor/capture.js";
import { Variant } from "../../tensor/tap.js";
import { type AnyModule, Module } from "../module.js";
import { DeadUnitCounter } from "./deadUnits.js";
import { type Diagnosis, diagnosisOf } from "./diagnosis.js";
import { intercept } from "./intercept.js";
import { Recording, type Watched } from "./recording.js";

/**
 * Watches how a model learns: gradients of layers and parameters, sizes of updates, dead ReLU units.
 * All of it is measured inside the compiled step that trains the model, and comes out of the Program
 * as one list of numbers.
 *
 * ```ts
 * const diagnostics = new nn.Diagnostics(model);
 * step(x, y); // compiled: forward, backward, optimiser
 * console.log(String(diagnostics.latest));
 * diagnostics.stop();
 * ```
 *
 * Layers whose gradient nobody needs, as before frozen ones, have none; so have those in the body of
 * a `scan`.
 */
export class Diagnostics {
  readonly #watched: Watched;
  readonly #recordings = new WeakMap<Capture, Recording>();
  readonly #variant = new Variant();
  #release: () => void = () => {};
  readonly #deadUnits = new DeadUnitCounter();
  #latest: Diagnosis | null = null;

  /** @throws ArgumentError when `model` is no module */
  constructor(model: AnyModule) {
    requireInstance<AnyModule>("Diagnostics", "the model", model, Module);
    const named = [...model.namedModules()];
    this.#watched = {
      paths: new Map(named.map(([path, module]) => [module, path || String(module)])),
      parameters: model.namedParameters(),
    };
    this.start();
  }

  /** What the newest step showed, null before the first. */
  get latest(): Diagnosis | null {
    return this.#latest;
  }

  /** Goes on after `stop()`; what was compiled before is used again. */
  start(): void {
    if (this.#variant.on) return;
    this.#variant.on = true;
    this.#release = intercept([...this.#watched.paths.keys()], (module, proceed) => {
      const capture = activeCapture();
      return capture ? this.#recordingIn(capture).pass(module, proceed) : proceed();
    });
  }

  /** Watches no more; compiled functions are what they were without. */
  stop(): void {
    this.#variant.on = false;
    this.#release();
  }

  #recordingIn(capture: Capture): Recording {
    const known = this.#recordings.get(capture);
    if (known) return known;
    const recording = new Recording(this.#watched);
    this.#recordings.set(capture, recording);
    capture.finishers.push(() => {
      recording.finish(({ relus, ...shown }) => {
        const counted = relus.map(({ path, dead }) => this.#deadUnits.count(path, dead));
        this.#latest = diagnosisOf({ ...shown, relus: counted });
      });
    });
    return recording;
  }
}
