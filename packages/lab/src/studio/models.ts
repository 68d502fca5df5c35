import type { GraphDocument } from "@versant/core";
import { ArgumentError } from "@versant/core/internal";
import type { Ledger } from "../ledger/ledger.js";
import { findRun } from "../ledger/runs.js";
import type { GraphAnswer, ModelAnswer } from "./api/index.js";
import { StudioError } from "./problem.js";
import { Recent } from "./recent.js";

type Files = ReadonlyMap<string, Uint8Array | string>;

/** Models that are kept ready. */
const kept = 4;

/** Trained models, as files that a browser computes with. Nothing of this is loaded before somebody asks. */
export class ModelStore {
  /** By the hash of the weights, and the run that the description names. */
  readonly #files = new Recent<Promise<Files>>(kept);

  /** @throws StudioError 409 for a run that has no model, or one that only its own code can use */
  async answer(ledger: Ledger, word: string): Promise<ModelAnswer> {
    const { id, files } = await this.#filesOf(ledger, word);
    return {
      folder: `/api/runs/${encodeURIComponent(id)}/model/`,
      files: [...files.keys()],
      description: JSON.parse(String(files.get("model.json"))),
    };
  }

  /** @throws StudioError 404 for a file that is none of them */
  async file(ledger: Ledger, word: string, name: string): Promise<Uint8Array | string> {
    const { files } = await this.#filesOf(ledger, word);
    const content = files.get(name);
    if (content !== undefined) return content;
    const known = [...files.keys()].join(", ");
    throw new StudioError(404, `a model has no file ${JSON.stringify(name)}, expected ${known}.`);
  }

  async #filesOf(ledger: Ledger, word: string): Promise<{ id: string; files: Files }> {
    const { id, weights } = await findRun(ledger, word);
    const key = `${id} ${weights}`;
    const files = this.#files.get(key, () => unlessUnusable(makeFiles(ledger, id)));
    // What failed may be there another time.
    files.catch(() => this.#files.forget(key));
    return { id, files: await files };
  }
}

async function makeFiles(ledger: Ledger, run: string): Promise<Files> {
  const [{ openModel }, { browserFiles }] = await Promise.all([
    import("../model/openModel.js"),
    import("../browser/exportBrowser.js"),
  ]);
  return browserFiles(await openModel(run, { ledger }));
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  wasm: "application/wasm",
  txt: "text/plain; charset=utf-8",
};

export const modelFileType = (name: string): string =>
  types[name.replace(/^.*\./, "")] ?? "application/octet-stream";

/** A run without a model is no mistake of who asks. */
async function unlessUnusable<T>(made: Promise<T>): Promise<T> {
  try {
    return await made;
  } catch (error) {
    if (error instanceof ArgumentError && !error.cause) throw new StudioError(409, error.message);
    throw error;
  }
}

/** The layers of a run's model, and its forward pass where that was kept. */
export async function answerGraph(ledger: Ledger, word: string): Promise<GraphAnswer> {
  const { id } = await findRun(ledger, word);
  const [started] = await ledger.events({ run: id, types: ["run.started"] });
  if (!started) throw new StudioError(404, `the run ${id} has no beginning.`);
  const { model, parameters, layers } = started.payload;
  return { model, parameters, layers, ...(await graphOf(ledger, id)) };
}

async function graphOf(ledger: Ledger, id: string): Promise<Pick<GraphAnswer, "graph" | "reason">> {
  const [{ readModelFile }, { decodeSafetensors }, { usageOf }] = await Promise.all([
    import("../model/modelFile.js"),
    import("../weights/safetensors.js"),
    import("../weights/weights.js"),
  ]);
  try {
    const { path, bytes } = await readModelFile(id, ledger);
    const { graph } = usageOf(path, decodeSafetensors(bytes, path).metadata);
    // What a training wrote itself, and whose bytes were compared with their hash.
    return { graph: graph as GraphDocument, reason: null };
  } catch (error) {
    if (error instanceof ArgumentError && !error.cause)
      return { graph: null, reason: error.message };
    throw error;
  }
}
