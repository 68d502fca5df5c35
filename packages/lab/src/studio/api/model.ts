import type { CompilerPasses, GraphDocument } from "@versant/core";
import type { Payloads } from "../../ledger/events.js";
import type { Signature } from "../../signature/signature.js";

/** A run's model as it was recorded. */
export interface GraphAnswer {
  readonly model: string;
  readonly parameters: number;
  readonly layers: Payloads["run.started"]["layers"];
  /** The forward pass; null where it was not kept. */
  readonly graph: GraphDocument | null;
  /** Why it was not kept. */
  readonly reason: string | null;
}

/** Parameters of `GET /api/runs/:id/passes`. */
export interface PassesQuery {
  /** "backward": with the gradients of all parameters, from one at the model's answer. Default "forward". */
  readonly direction?: "forward" | "backward";
  /** Samples of a batch, 1 to 4096; default 32. */
  readonly batch?: number;
}

/** What the compiler makes of a run's model, in evaluation mode. */
export interface PassesAnswer {
  /** What the symbols of the graph stand for: the batch is the first one. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Null where there is no graph, or nothing to be differentiated. */
  readonly passes: CompilerPasses | null;
  /** Why there is none. */
  readonly reason: string | null;
}

/** What "Try it" needs; `docs/models.md` says what the files are. */
export interface ModelAnswer {
  /** The folder of the files, "/api/runs/NAME/model/": `loader.js` opens a model from there. */
  readonly folder: string;
  readonly files: readonly string[];
  /** What stands in `model.json`. */
  readonly description: ModelDescription;
}

export interface ModelDescription {
  readonly format: 1;
  readonly name: string;
  readonly run?: string;
  /** Of the weights. */
  readonly sha256: string;
  readonly signature: Signature;
  /** Where what is in `model.bin`. */
  readonly program: Readonly<Record<string, unknown>>;
}
