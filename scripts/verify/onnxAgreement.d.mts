import type { Experiment } from "versant";

export interface ExportComparison {
  /** Of the ONNX file. */
  readonly bytes: number;
  readonly difference: number;
}

export declare function compareExport(
  experiment: Experiment,
  options?: {
    readonly hyperparameters?: Readonly<Record<string, unknown>>;
    readonly seconds?: number;
  },
): Promise<ExportComparison>;
