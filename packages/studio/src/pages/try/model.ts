import type { ModelAnswer, ModelDescription } from "versant/studio-api";
import { get } from "../../api/client.js";

/** What `predict` answers; `docs/models.md` says what the files of a model are. */
export interface Answered {
  /** Probabilities or numbers, in the shape of the signature's output. */
  readonly values: Float32Array;
  /** Of a model of classes, the likeliest first. */
  readonly classes?: readonly { readonly name: string; readonly probability: number }[];
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** A trained model that computes in this page. */
export interface BrowserModel extends ModelDescription {
  /** The numbers of each input, row-major. */
  predict(...inputs: readonly ArrayLike<number>[]): Promise<Answered>;
}

/** What the model's folder has for images. */
export interface ImageTools {
  /** A field to draw on; `show` gets the pixels of what is drawn, or nothing. */
  drawing(
    image: ImageSize,
    show: (pixels?: Uint8Array) => void,
    words: { readonly clear: string; readonly label: string },
  ): HTMLElement;
  /** @throws DOMException, by the promise, for what is no image */
  pixelsOf(file: File, image: ImageSize): Promise<Uint8Array>;
}

export interface TriedModel {
  readonly model: BrowserModel;
  readonly images: ImageTools;
}

/**
 * Loads a run's model by the scripts of its own folder, as every page around an exported model does.
 *
 * @throws ApiError where the run has no model; Error where it cannot run in this browser
 */
export async function loadModel(run: string, signal: AbortSignal): Promise<TriedModel> {
  const path = `/api/runs/${encodeURIComponent(run)}/model`;
  const { folder } = await get<ModelAnswer>(path, {}, signal);
  const [{ load }, images] = await Promise.all([
    import(/* @vite-ignore */ `${folder}loader.js`) as Promise<{ load(): Promise<BrowserModel> }>,
    import(/* @vite-ignore */ `${folder}image.js`) as Promise<ImageTools>,
  ]);
  return { model: await load(), images };
}
