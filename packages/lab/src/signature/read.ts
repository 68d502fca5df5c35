import { ArgumentError, TableEncoder, text } from "@versant/core";
import { describeValue, requireCount, sizeOf } from "@versant/core/internal";
import {
  requireNames,
  requireOneOf,
  requireSampleTensor,
  requireScale,
  requireScaleFits,
  requireSizes,
} from "./checks.js";
import { requireNamed } from "./derive.js";
import type {
  Input,
  Output,
  SampleTensor,
  Signature,
  SingleInput,
  StoredTokenizer,
} from "./signature.js";

// A file may have been written by anything: whatever recording guarantees is checked.

type Stored = Readonly<Record<string, unknown>>;

const operation = "signature";

const recordOf = (what: string, value: unknown): Stored => {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Stored;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)} as ${what}, expected an object; the file was changed ` +
      "or cut off.",
  );
};

/**
 * The signature that a file holds.
 *
 * @throws ArgumentError for everything that recording would not have written
 */
export function readSignature(stored: unknown): Signature {
  const { format, input, output } = recordOf("the whole", stored);
  requireOneOf(operation, "format", format, [1]);
  return { format: 1, input: readInput(input), output: readOutput(output) };
}

function readInput(stored: unknown): Input {
  const { kind, inputs } = recordOf("the input", stored);
  if (kind !== "several") return readSingle("input", stored);
  const entries = Object.entries(recordOf("the inputs", inputs));
  requireCount(operation, "the number of inputs", entries.length);
  return {
    kind,
    inputs: Object.fromEntries(
      entries.map(([name, each]) => [name, readSingle(`input "${name}"`, each)]),
    ),
  };
}

function readSingle(what: string, value: unknown): SingleInput {
  const stored = recordOf(`the ${what}`, value);
  const kinds = ["numbers", "image", "text", "table"] as const;
  const kind = requireOneOf(operation, `kind of the ${what}`, stored.kind, kinds);
  if (kind === "table") {
    return { kind, encoder: TableEncoder.fromJSON(stored.encoder).toJSON() };
  }
  const tensor = requireSampleTensor(`${operation}: ${what}`, stored);
  switch (kind) {
    case "numbers":
      return {
        kind,
        ...tensor,
        ...namesIn(what, stored, tensor.shape),
        ...scaleIn(stored, tensor),
      };
    case "image":
      return readImage(what, stored, tensor);
    case "text":
      return readText(what, stored, tensor);
  }
}

function readImage(what: string, stored: Stored, tensor: SampleTensor): SingleInput {
  const { width, height, channels, layout, fit } = stored;
  requireCount(`${operation}: ${what}`, "width", width);
  requireCount(`${operation}: ${what}`, "height", height);
  const image = {
    kind: "image",
    ...tensor,
    width: Number(width),
    height: Number(height),
    channels: requireOneOf(operation, "channels", channels, [1, 3]),
    layout: requireOneOf(operation, "layout", layout, ["CHW", "HWC"]),
    fit: requireOneOf(operation, "fit", fit, ["stretch", "cut"]),
    ...scaleIn(stored, tensor),
  } as const;
  if (sizeOf(tensor.shape) === image.width * image.height * image.channels) return image;
  throw new ArgumentError(
    `${operation}: the shape (${tensor.shape.join(", ")}) of the ${what} is not that of its pixels.`,
  );
}

function readText(what: string, stored: Stored, tensor: SampleTensor): SingleInput {
  const tokenizer = readTokenizer(stored.tokenizer);
  const isBytePairs = tokenizer.by === "bytePairs";
  const vocabulary = (isBytePairs ? text.BytePairEncoding : text.Vocabulary).fromJSON(
    stored.vocabulary,
  );
  const { padding } = stored;
  const isIndex = Number.isInteger(padding) && Number(padding) >= 0;
  if (isIndex && Number(padding) < vocabulary.size && tensor.shape.length === 1) {
    requireOneOf(operation, `dtype of the ${what}`, tensor.dtype, ["int32", "uint8"]);
    const kept = vocabulary.toJSON();
    return { kind: "text", ...tensor, tokenizer, vocabulary: kept, padding: Number(padding) };
  }
  throw new ArgumentError(
    `${operation}: received padding ${describeValue(padding)} and shape (${tensor.shape.join(", ")}) as ` +
      `those of the ${what}, expected an index of its vocabulary, and one axis.`,
  );
}

function readTokenizer(value: unknown): StoredTokenizer {
  const stored = recordOf("the tokenizer", value);
  const flag = (name: string): boolean =>
    requireOneOf(operation, `"${name}" of the tokenizer`, stored[name], [true, false]);
  const ways = ["words", "characters", "bytePairs"] as const;
  const by = requireOneOf(operation, "the tokenizer", stored.by, ways);
  if (by === "bytePairs") return { by };
  const lowerCase = flag("lowerCase");
  if (by === "characters") return { by, lowerCase };
  return { by, lowerCase, numbers: flag("numbers"), punctuation: flag("punctuation") };
}

function readOutput(value: unknown): Output {
  const stored = recordOf("the output", value);
  const kinds = ["classes", "positions", "numbers"] as const;
  const kind = requireOneOf(operation, "kind of the output", stored.kind, kinds);
  const shape = requireSizes(`${operation}: output`, stored.shape);
  if (kind === "numbers") {
    const { units } = stored;
    return {
      kind,
      shape,
      ...namesIn("output", stored, shape),
      ...(units !== undefined && { units: textsOf(units) }),
      ...scaleIn(stored, { shape }),
    };
  }
  const names = requireNames(operation, "the classes", stored.names);
  const scores = sizeOf(shape) === 1 && kind === "classes" ? 2 : shape[0];
  if (names.length !== scores || (kind === "positions" && shape.length !== 2)) {
    throw new ArgumentError(
      `${operation}: received ${names.length} classes for answers of shape (${shape.join(", ")}).`,
    );
  }
  if (kind === "positions") {
    const activation = requireOneOf(operation, "activation", stored.activation, [
      "softmax",
      "none",
    ]);
    return { kind, shape, names, activation };
  }
  const activations = ["softmax", "sigmoid", "none"] as const;
  const activation = requireOneOf(operation, "activation", stored.activation, activations);
  return { kind, shape, names, activation };
}

function namesIn(what: string, { names }: Stored, shape: readonly number[]) {
  if (names === undefined) return {};
  const list = requireNames(`${operation}: ${what}`, "names", names);
  requireNamed(what, list, shape);
  return { names: list };
}

function scaleIn({ scale }: Stored, { shape }: Pick<SampleTensor, "shape">) {
  if (scale === undefined) return {};
  const checked = requireScale(operation, scale);
  requireScaleFits(operation, checked, shape);
  return { scale: checked };
}

function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)} as units, expected a list of texts.`,
  );
}
