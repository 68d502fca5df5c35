export type { DeadUnits } from "./deadUnits.js";
export type {
  Diagnosis,
  DiagnosisWarning,
  LayerGradient,
  ParameterChange,
} from "./diagnosis.js";
export { Diagnostics } from "./diagnostics.js";
export { Probe, type ProbeOptions } from "./probe.js";
export { type Summary, type SummaryInput, type SummaryRow, summary } from "./summary.js";
