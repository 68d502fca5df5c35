import {
  ArgumentError,
  type Device,
  type Scores,
  type split,
  type Trainer,
  type TrainerOptions,
} from "@versant/core";
import type { DeclaredSignature } from "../signature/derive.js";
import type { Preprocessing } from "../weights/preprocessing.js";
import { checkConditions } from "./conditions.js";
import {
  accepts,
  type Declaration,
  type Declarations,
  expectation,
  type Int,
  int,
  type ValuesOf,
} from "./declarations.js";
import type { Part, Parts } from "./part.js";

/** What every experiment takes besides its own; an experiment may declare them with other defaults. */
export const commonDeclarations = {
  epochs: int(10, { min: 1, max: 1_000_000, about: "passes over the training data" }),
  batchSize: int(64, { min: 1, max: 1_000_000, about: "samples a step" }),
};

/** Words that the command's own options use. */
const reserved = new Set([
  "seed",
  "values",
  "device",
  "threads",
  "report",
  "weights",
  "checkpointEvery",
  "insight",
  "ledger",
  "log",
  "strict",
  "leakCheck",
  "ledger",
  "run",
  "from",
  "freeze",
  "newHead",
  "rename",
  "checkpoints",
  "why",
  "steps",
  "json",
  "lowest",
  "highest",
  "sizes",
  "seconds",
  "seeds",
  "folds",
  "figures",
  "only",
  "trials",
  "jobs",
  "sampler",
  "points",
  "pruner",
  "objective",
  "constraint",
  "search",
  "range",
  "time",
  "trialTime",
  "plateau",
  "reportEvery",
  "async",
  "resume",
  "stack",
  "help",
  "version",
]);

/** Declarations of an experiment; `epochs` and `batchSize` are whole numbers wherever they stand. */
export type ExperimentDeclarations = Declarations & {
  readonly epochs?: Int;
  readonly batchSize?: Int;
};

/** The values `setup` gets: those that were declared, and `epochs` and `batchSize`. */
export type Values<D extends Declarations> = ValuesOf<D> & {
  readonly epochs: number;
  readonly batchSize: number;
};

export interface SetupContext<D extends Declarations> {
  readonly hyperparameters: Values<D>;
  readonly seed: number;
  readonly device: Device;
  /**
   * Where the run begins with other weights (`--from`): what they were saved with, as parsed JSON. A
   * vocabulary or an encoder has to be that of the weights, for their rows stand for its entries.
   */
  readonly from?: { readonly preprocessing: unknown };
  /**
   * Core's `split`, with the run's seed unless another is given. In cross-validation the first two parts, train
   * and validation, are those of the fold, so that what is fitted on the first has not seen the second; parts behind
   * them, such as a test part, are the same in all folds.
   */
  readonly split: typeof split;
}

export interface InspectContext {
  readonly trainer: Trainer;
  /** Loss and metrics of the trained model on other data. */
  evaluate(part: Part): Promise<Scores>;
}

/** What an experiment shows of its trained model, beyond the test. */
export interface Inspection {
  /** Printed as they are. */
  readonly lines: readonly string[];
  /** Stands in the report as `inspection`; anything that JSON can hold. */
  readonly report?: Readonly<Record<string, unknown>>;
}

/** Everything that is needed to train: what `setup` makes of the hyper-parameters. */
export interface Setup extends TrainerOptions {
  /**
   * Datasets come in batches of `batchSize`, training in an order that the seed decides; a
   * loader brings its own batches and order.
   */
  readonly data: Parts;
  /**
   * What was fitted on the training part, such as a TableEncoder or a Vocabulary: `--weights` writes it
   * into the weights' file, where `readPreprocessing` finds it.
   */
  readonly preprocessing?: Preprocessing;
  /**
   * What people give to the trained model and what its answers mean, as far as that does not follow from data,
   * loss and preprocessing: made by `input` and `output`.
   */
  readonly signature?: DeclaredSignature;
  /** Looks at the trained model after the test. */
  inspect?(context: InspectContext): Inspection | Promise<Inspection>;
}

export interface ExperimentOptions<D extends ExperimentDeclarations> {
  /** Short; heads the output and the report. */
  readonly name: string;
  /** One sentence, shown by `--help`. */
  readonly about?: string;
  readonly hyperparameters: D;
  setup(context: SetupContext<D>): Setup | Promise<Setup>;
}

/** A training run as a file describes it; made by `experiment()`. */
export class Experiment<D extends Declarations = Declarations> {
  readonly name: string;
  readonly about: string;
  /** Its own declarations, and those that every experiment has. */
  readonly declarations: Declarations;
  readonly #options: ExperimentOptions<D>;

  constructor(options: ExperimentOptions<D>) {
    // Files need not be type-checked before they run.
    const {
      name,
      about = "",
      hyperparameters,
      setup,
    }: Partial<ExperimentOptions<D>> = options ?? {};
    if (typeof name !== "string" || name.trim() === "") {
      throw new ArgumentError(
        `experiment: received name ${JSON.stringify(name)}, expected a word.`,
      );
    }
    if (typeof hyperparameters !== "object" || typeof setup !== "function") {
      const missing = typeof setup === "function" ? "hyperparameters" : "setup";
      throw new ArgumentError(
        `experiment: received no ${missing}, expected { name, hyperparameters: {}, setup }.`,
      );
    }
    for (const [key, declaration] of Object.entries(hyperparameters)) checkName(key, declaration);
    this.name = name;
    this.about = about;
    // Twice, so that its own come first and its own defaults win.
    this.declarations = { ...hyperparameters, ...commonDeclarations, ...hyperparameters };
    checkConditions(this.declarations);
    this.#options = options;
  }

  /**
   * The given values where there are some, the defaults elsewhere.
   *
   * @throws ArgumentError when a value is out of its range, or nothing of that name is declared
   */
  resolve(given: Readonly<Record<string, unknown>> = {}): Values<D> {
    const unknown = Object.keys(given).find((name) => !Object.hasOwn(this.declarations, name));
    if (unknown !== undefined) {
      throw new ArgumentError(
        `${this.name}: received a value for "${unknown}", expected hyper-parameters among ` +
          `${Object.keys(this.declarations).join(", ")}.`,
      );
    }
    return Object.fromEntries(
      Object.entries(this.declarations).map(([name, declaration]) => {
        const value = given[name] ?? declaration.default;
        if (!accepts(declaration, value)) {
          throw new ArgumentError(
            `${name}: received ${JSON.stringify(value)}, expected ${expectation(declaration)}.`,
          );
        }
        return [name, value];
      }),
    ) as Values<D>;
  }

  /** Builds data, model, loss and optimiser for these values. */
  async setup(context: SetupContext<D>): Promise<Setup> {
    return this.#options.setup(context);
  }
}

/**
 * Declares an experiment: hyper-parameters once, with default, range and a sentence, and how data
 * and model are made of them. `versant train` derives its flags and its help from the declaration.
 *
 * ```ts
 * export default experiment({
 *   name: "mnist",
 *   hyperparameters: {
 *     learningRate: real(1e-4, { min: 1e-5, max: 1e-1, scale: "log", about: "step size of Adam" }),
 *   },
 *   setup: ({ hyperparameters: hp, seed }) => ({ data, model, loss, optimizer, metrics }),
 * });
 * ```
 *
 * @throws ArgumentError when a name cannot become a flag, or a condition can never hold
 */
export const experiment = <const D extends ExperimentDeclarations>(
  options: ExperimentOptions<D>,
): Experiment<D> => new Experiment(options);

const kinds: readonly unknown[] = ["real", "int", "choice", "flag"];

function checkName(name: string, declaration: Declaration): void {
  if (!kinds.includes(declaration?.kind)) {
    throw new ArgumentError(
      `experiment: received ${JSON.stringify(declaration)} for "${name}", expected a declaration ` +
        "such as real(0.1, { min: 0.01, max: 1 }).",
    );
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    throw new ArgumentError(
      `experiment: received a hyper-parameter named "${name}", expected a name in camelCase such ` +
        'as "learningRate", because it becomes the flag --learningRate.',
    );
  }
  if (reserved.has(name)) {
    throw new ArgumentError(
      `experiment: the name "${name}" is an option of the command; give the hyper-parameter ` +
        "another name.",
    );
  }
  if (Object.hasOwn(commonDeclarations, name) && declaration.kind !== "int") {
    throw new ArgumentError(
      `experiment: "${name}" is declared as ${declaration.kind}, expected int().`,
    );
  }
}
