import {
  type ExportFormat as RunFormat,
  exportFormats as runFormats,
} from "../../ledger/export/index.js";
import { readModelFile } from "../../model/modelFile.js";
import { tellNotice } from "../tellNotice.js";

/** A way to write one model for other programs. */
export interface ModelFormat {
  /** What opens it, for the help. */
  readonly about: string;
  /**
   * @param source a run, or the path of a model's file
   * @param path of the file or folder, as it was typed
   * @returns what the model is called
   */
  write(source: string, path: string, options: ModelExportOptions): Promise<string>;
}

export interface ModelExportOptions {
  /** Leave out all but the tensors. Default false. */
  readonly tensorsOnly: boolean;
}

const open = async (source: string) => (await import("../openTold.js")).openTold(source);

/** What a model can be written as. Each is loaded when it is asked for. */
export const modelFormats = {
  safetensors: {
    about: "a file that Hugging Face's library reads",
    write: async (source, path, { tensorsOnly }) => {
      const { exportSafetensors } = await import("../../weights/exportSafetensors.js");
      const { name, bytes, notice } = await readModelFile(source);
      tellNotice({ notice });
      exportSafetensors(bytes, path, { tensorsOnly });
      return name;
    },
  },
  onnx: {
    about: "a file for ONNX Runtime and others",
    write: async (source, path) => {
      const { exportOnnx } = await import("../../onnx/exportOnnx.js");
      const model = await open(source);
      await exportOnnx(model, path);
      return model.name;
    },
  },
  browser: {
    about: "a folder that answers in a browser",
    write: async (source, path) => {
      const { exportBrowser } = await import("../../browser/exportBrowser.js");
      const model = await open(source);
      exportBrowser(model, path);
      return model.name;
    },
  },
} satisfies Record<string, ModelFormat>;

/** What the records of runs can be written as. */
const recordFormats = {
  csv: "a folder of tables",
  json: "a file",
  mlflow: "a folder for `mlflow ui`",
  tensorboard: "a folder for `tensorboard --logdir`",
} satisfies Record<RunFormat, string>;

export type ModelFormatName = keyof typeof modelFormats;
export const formatNames = [...runFormats, ...(Object.keys(modelFormats) as ModelFormatName[])];
export type FormatName = (typeof formatNames)[number];

export const isModelFormat = (name: FormatName): name is ModelFormatName =>
  Object.hasOwn(modelFormats, name);

/** The formats and what each is, a line each. */
export const describeFormats = (): string => {
  const models = Object.entries(modelFormats).map(([name, { about }]) => [name, about] as const);
  const lines = (entries: readonly (readonly [string, string])[]): string[] =>
    entries.map(([name, about]) => `  ${name.padEnd(11)} ${about}`);
  return [
    "\nFormats of a model:",
    ...lines(models),
    "\nFormats of what runs recorded:",
    ...lines(Object.entries(recordFormats)),
  ].join("\n");
};
