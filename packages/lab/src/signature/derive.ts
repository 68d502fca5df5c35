import { ArgumentError, loss as losses, type StreamColumn, TableEncoder } from "@versant/core";
import { describeValue, formatShape, requireOptions, sizeOf } from "@versant/core/internal";
import { requireScaleFits } from "./checks.js";
import { encodedTensors } from "./encodedTensors.js";
import type { DeclaredInput } from "./input.js";
import type { DeclaredOutput } from "./output.js";
import type { Input, Output, SampleTensor, SingleInput } from "./signature.js";

/** What a setup says of its model; the rest is derived. */
export interface DeclaredSignature {
  /** Made by `input`; of a model of several inputs each by name, in the order in which the model takes them. */
  readonly input?: DeclaredInput | Readonly<Record<string, DeclaredInput>>;
  /** Made by `output`. */
  readonly output?: DeclaredOutput;
}

const isDeclaredInput = (value: unknown): value is DeclaredInput =>
  ["numbers", "image", "text", "table"].includes(String(Object(value).kind));

/** @throws ArgumentError when a setup's signature is not made by `input` and `output` */
export function requireDeclared(operation: string, signature: unknown): void {
  requireOptions(operation, signature as object, ["input", "output"], "the signature");
  const { input, output } = signature as DeclaredSignature;
  const inputs = input && !isDeclaredInput(input) ? Object.values(Object(input)) : [input];
  const wrong = input && inputs.find((each) => !isDeclaredInput(each));
  if (wrong !== undefined || inputs.length === 0) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(wrong ?? input)} as the input of the signature, expected ` +
        "what input.numbers(), input.image(), input.text() or input.table() gives, or several by name.",
    );
  }
  if (output && !["classes", "positions", "numbers"].includes(output.kind)) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(output)} as the output of the signature, expected what ` +
        "output.classes(names), output.positions(names) or output.numbers() gives.",
    );
  }
}

/** The input of a model that reads these stored tensors. */
export function deriveInput(
  declared: DeclaredSignature["input"],
  columns: readonly StreamColumn[],
  preprocessing: unknown,
): Input {
  const waiting = [...columns];
  const completed = complete(declared ?? defaultInput(columns, preprocessing), waiting);
  const [more] = waiting;
  if (!more) return completed;
  throw new ArgumentError(
    `signature: the model reads ${columns.length} stored tensors, and the input says what ` +
      `${columns.length - waiting.length} of them are; expected all, several of them by name: ` +
      "input: { first: input.numbers(), second: input.numbers() }.",
  );
}

function defaultInput(
  columns: readonly StreamColumn[],
  preprocessing: unknown,
): DeclaredInput | Readonly<Record<string, DeclaredInput>> {
  if (preprocessing instanceof TableEncoder) {
    return { kind: "table", encoder: preprocessing.toJSON() };
  }
  const [first, ...others] = columns;
  if (!first) throw new ArgumentError("signature: the model reads nothing of a sample.");
  if (others.length === 0) return defaultSingle(first);
  return Object.fromEntries(columns.map((column) => [column.name, defaultSingle(column)]));
}

/** An `imageStream` calls its column so. */
function defaultSingle({ name, dtype, shape }: StreamColumn): DeclaredInput {
  const [channels, height = 0, width = 0] = shape;
  const isImage = name === "image" && dtype === "uint8" && shape.length === 3;
  if (!isImage || (channels !== 1 && channels !== 3)) return { kind: "numbers" };
  return { kind: "image", width, height, channels, layout: "CHW", fit: "stretch" };
}

function complete(
  declared: DeclaredInput | Readonly<Record<string, DeclaredInput>>,
  waiting: StreamColumn[],
): Input {
  if (isDeclaredInput(declared)) return completeSingle("input", declared, waiting);
  const inputs = Object.entries(declared).map(
    ([name, each]) => [name, completeSingle(`input "${name}"`, each, waiting)] as const,
  );
  return { kind: "several", inputs: Object.fromEntries(inputs) };
}

/** Takes its tensors away from those that wait. */
function completeSingle(
  what: string,
  declared: DeclaredInput,
  waiting: StreamColumn[],
): SingleInput {
  const take = (): SampleTensor => {
    const column = waiting.shift();
    if (column) return { dtype: column.dtype, shape: column.shape };
    throw new ArgumentError(
      `signature: ${what} has no stored tensor left; expected no more inputs than the model reads.`,
    );
  };
  const refuse = (received: SampleTensor, expected: string): never => {
    throw new ArgumentError(
      `signature: the dataset stores ${received.dtype} ${formatShape(received.shape)} as the ${what}, ` +
        `expected ${expected}; mend the signature.`,
    );
  };
  switch (declared.kind) {
    case "table": {
      for (const { dtype, shape } of encodedTensors(declared)) {
        const tensor = take();
        const isSame = tensor.dtype === dtype && `${tensor.shape}` === `${shape}`;
        if (!isSame) refuse(tensor, `${dtype} ${formatShape(shape)}, as the encoder gives it`);
      }
      return declared;
    }
    case "text": {
      const { length, ...text } = declared;
      const tensor = take();
      const isRow = tensor.shape.length === 1 && tensor.shape[0] === length;
      const isIndex = tensor.dtype === "int32" || tensor.dtype === "uint8";
      if (!isIndex || !isRow) refuse(tensor, `int32 (${length})`);
      return { ...text, ...tensor };
    }
    case "image": {
      const tensor = take();
      const { width, height, channels, scale } = declared;
      if (sizeOf(tensor.shape) !== width * height * channels) {
        refuse(tensor, `${width} x ${height} x ${channels} pixels`);
      }
      requireScalable(what, tensor, scale);
      return { ...declared, ...tensor };
    }
    case "numbers": {
      const tensor = take();
      const { names, scale } = declared;
      requireNamed(what, names, tensor.shape);
      requireScalable(what, tensor, scale);
      return { ...declared, ...tensor };
    }
  }
}

function requireScalable(
  what: string,
  { dtype, shape }: SampleTensor,
  scale: Parameters<typeof requireScaleFits>[1] | undefined,
): void {
  if (!scale) return;
  requireScaleFits(`signature: ${what}`, scale, shape);
  if (dtype === "float32" || dtype === "float64") return;
  throw new ArgumentError(
    `signature: the ${what} has a scale and is stored as ${dtype}, expected float32 or float64.`,
  );
}

export function requireNamed(
  what: string,
  names: readonly string[] | undefined,
  shape: readonly number[],
): void {
  const count = shape.length <= 1 ? sizeOf(shape) : undefined;
  if (names === undefined || names.length === count) return;
  throw new ArgumentError(
    `signature: received ${names.length} names for the ${what} of shape ${formatShape(shape)}, expected ` +
      (count === undefined ? "none, as it has several axes." : `${count}, one for each number.`),
  );
}

/** What is known of a model's answers besides what its setup says. */
export interface AnswerFacts {
  readonly loss: unknown;
  /** Of one sample. */
  readonly shape: readonly number[];
  readonly target: SampleTensor | undefined;
  readonly preprocessing: unknown;
}

/** What a model's answers mean. */
export function deriveOutput(declared: DeclaredOutput | undefined, facts: AnswerFacts): Output {
  const { shape } = facts;
  const found = declared ?? defaultOutput(facts);
  if (found.kind === "numbers") {
    requireNamed("output", found.names, shape);
    if (found.scale) requireScaleFits("signature: output", found.scale, shape);
    return { ...found, shape };
  }
  const { kind, names, scores = scoresOf(facts.loss) } = found;
  const isSingle = kind === "classes" && sizeOf(shape) === 1;
  const count = isSingle ? 2 : shape[0];
  if (
    names.length !== count ||
    shape.length !== (kind === "positions" ? 2 : isSingle ? shape.length : 1)
  ) {
    throw new ArgumentError(
      `signature: received ${names.length} classes for answers of shape ${formatShape(shape)}, expected ` +
        (kind === "positions"
          ? "(classes, positions)."
          : "one score for each, or one for two classes."),
    );
  }
  if (kind === "positions") {
    return { kind, shape, names, activation: scores === "logits" ? "softmax" : "none" };
  }
  const activation = scores === "logits" ? (isSingle ? "sigmoid" : "softmax") : "none";
  return { kind, shape, names, activation };
}

const scoresOf = (loss: unknown): "logits" | "probabilities" =>
  loss === losses.binaryCrossEntropy ? "probabilities" : "logits";

const binaryLosses: readonly unknown[] = [
  losses.binaryCrossEntropy,
  losses.binaryCrossEntropyWithLogits,
];
const classLosses: readonly unknown[] = [losses.crossEntropy, losses.negativeLogLikelihood];

function defaultOutput({ loss, shape, target, preprocessing }: AnswerFacts): DeclaredOutput {
  const encoder = preprocessing instanceof TableEncoder ? preprocessing : undefined;
  const numbered = (count: number): readonly string[] =>
    encoder?.classes.length === count
      ? encoder.classes
      : Array.from({ length: count }, (_, i) => `${i}`);
  if (binaryLosses.includes(loss) && sizeOf(shape) === 1) {
    return { kind: "classes", names: numbered(2) };
  }
  const [classes = 0] = shape;
  const isIndex = target?.dtype === "int32" || target?.dtype === "uint8";
  const isClassified = classLosses.includes(loss) || isIndex;
  if (isClassified && classes > 1) {
    const rank = shape.length;
    if (rank === 1) return { kind: "classes", names: numbered(classes) };
    if (rank === 2) return { kind: "positions", names: numbered(classes) };
  }
  if (!encoder || sizeOf(shape) !== 1) return { kind: "numbers" };
  const [name] = Object.keys(encoder.toJSON().target);
  const { mean, deviation } = encoder.targetScale;
  return {
    kind: "numbers",
    ...(name !== undefined && { names: [name] }),
    scale: { mean: [mean], deviation: [deviation] },
  };
}
