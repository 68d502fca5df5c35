import { formatTable } from "../../array/index.js";
import type { DeadUnits } from "./deadUnits.js";

export interface LayerGradient {
  readonly path: string;
  /** Norm of the gradient with respect to what the layer puts out. */
  readonly gradient: number;
}

export interface ParameterChange {
  readonly path: string;
  /** Norm of the gradient that the optimiser was given. */
  readonly gradient: number;
  /** Norm of the parameter before the step. */
  readonly weight: number;
  /** Norm of the step over that of the parameter: 1e-3 is usual. Infinite where it was 0. */
  readonly updateRatio: number;
}

export interface DiagnosisWarning {
  readonly kind: "vanishing gradients" | "exploding gradients" | "dead units";
  /** The layer where it is worst. */
  readonly path: string;
  /** What is seen, and the usual mends. */
  readonly message: string;
}

/** What one step showed of how a model learns. */
export interface Diagnosis {
  /** Layers that learn, in the order of the forward pass. */
  readonly layers: readonly LayerGradient[];
  readonly parameters: readonly ParameterChange[];
  readonly relus: readonly DeadUnits[];
  readonly warnings: readonly DiagnosisWarning[];
  /** Tables for people, and the warnings. */
  toString(): string;
}

type Measured = Pick<Diagnosis, "layers" | "parameters" | "relus">;

export function diagnosisOf(measured: Measured): Diagnosis {
  const warnings = [...gradientWarnings(measured.layers), ...deadWarnings(measured.relus)];
  return { ...measured, warnings, toString: () => format(measured, warnings) };
}

/**
 * By which factor gradients may shrink or grow on their way from the last layer with parameters to
 * an earlier one. Initialised well they keep their norm (He et al. 2015, section 2.2).
 */
const farApart = 1e4;

function gradientWarnings(layers: readonly LayerGradient[]): DiagnosisWarning[] {
  const last = layers.at(-1);
  // Where nothing is left to learn, there is nothing to compare with.
  if (!last || last.gradient === 0) return [];
  const byRatio = layers
    .map(({ path, gradient }) => ({ path, ratio: gradient / last.gradient }))
    .sort((a, b) => a.ratio - b.ratio);
  const [smallest, largest] = [byRatio[0], byRatio.at(-1)];
  const warnings: DiagnosisWarning[] = [];
  if (smallest && smallest.ratio < 1 / farApart) {
    warnings.push({
      kind: "vanishing gradients",
      path: smallest.path,
      message:
        `The gradients vanish: that of ${smallest.path} is ${rounded(smallest.ratio)} of that of ` +
        `${last.path}, so it hardly learns. The usual mends: ReLU in place of sigmoid or tanh, He ` +
        "initialisation with ReLU (Xavier with tanh), normalisation between the layers, shortcuts.",
    });
  }
  if (largest && largest.ratio > farApart) {
    warnings.push({
      kind: "exploding gradients",
      path: largest.path,
      message:
        `The gradients explode: that of ${largest.path} is ${rounded(largest.ratio)} times that of ` +
        `${last.path}. The usual mends: He or Xavier initialisation, clipping the gradients, ` +
        "normalisation between the layers, a lower learning rate.",
    });
  }
  return warnings;
}

/**
 * The share of lasting dead units from which next to nothing comes through a layer; a network of which one layer is
 * dead altogether answers all inputs alike (Lu et al., "Dying ReLU and Initialization: Theory and Numerical Examples",
 * Communications in Computational Physics 28, 2020). Small networks learn well with much of a layer dead from its initialisation on: 12 of 16 units were seen.
 */
const nearlyAll = 0.9;

const deadWarnings = (relus: readonly DeadUnits[]): DiagnosisWarning[] =>
  relus
    .filter(({ lasting }) => lasting >= nearlyAll)
    .map(({ path, lasting }) => ({
      kind: "dead units",
      path,
      message:
        `${percent(lasting)} of the units of ${path} were 0 for every sample, three looks in a row; ` +
        "those that are so for all data never learn again. The usual mends: a lower learning rate, " +
        "He initialisation, LeakyReLU.",
    }));

function format(
  { layers, parameters, relus }: Measured,
  warnings: readonly DiagnosisWarning[],
): string {
  const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] =>
    rows.length === 0 ? [] : [...formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines, ""];
  return [
    ...table(
      ["layer", "gradient of its output"],
      layers.map(({ path, gradient }) => [path, rounded(gradient)]),
    ),
    ...table(
      ["parameter", "gradient", "weight", "update / weight"],
      parameters.map(({ path, gradient, weight, updateRatio }) => [
        path,
        ...[gradient, weight, updateRatio].map(rounded),
      ]),
    ),
    ...table(
      ["ReLU", "dead units", "lasting"],
      relus.map(({ path, share, lasting }) => [path, percent(share), percent(lasting)]),
    ),
    ...(warnings.length === 0 ? ["No warnings."] : warnings.map(({ message }) => message)),
  ].join("\n");
}

/** Two digits: "0", "0.31", "1.2e-7". */
function rounded(value: number): string {
  const digits = Number(value.toPrecision(2));
  const isPlain = digits === 0 || (Math.abs(digits) >= 0.01 && Math.abs(digits) < 1000);
  return isPlain ? String(digits) : digits.toExponential();
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
