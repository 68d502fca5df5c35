import type { ColumnKind, DType } from "@versant/core";
import { mayBeMissing } from "../model/encodeRows.js";
import type {
  Input,
  NumbersInput,
  NumbersOutput,
  Output,
  SampleTensor,
  TableInput,
} from "../signature/signature.js";
import type { JsonSchema } from "./servedModel.js";

const elements: Readonly<Record<DType, JsonSchema>> = {
  float32: { type: "number" },
  float64: { type: "number" },
  int32: { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  uint8: { type: "integer", minimum: 0, maximum: 255 },
  bool: { enum: [false, true, 0, 1] },
};

const cells: Readonly<Record<ColumnKind, JsonSchema & { readonly type: readonly string[] }>> = {
  number: { type: ["number", "string"] },
  category: { type: ["string", "number", "boolean"] },
  boolean: { type: ["boolean", "string"] },
  date: { type: ["string"], description: "such as 2024-02-29" },
};

/** What one sample looks like in JSON, for those who ask: the model itself refuses what it does not take. */
export function inputSchema(input: Input): JsonSchema {
  switch (input.kind) {
    case "numbers":
      return numbersSchema(input);
    case "image": {
      const file = { type: "string", description: "a PNG or JPEG file in base64" };
      return { anyOf: [file, ...listSchemas(input)], example: "iVBORw0KGgo…" };
    }
    case "text":
      return { type: "string" };
    case "table":
      return tableSchema(input);
    case "several": {
      const inputs = Object.entries(input.inputs);
      const names = inputs.map(([name]) => name);
      const schema = objectSchema(inputs.map(([name, each]) => [name, inputSchema(each)]));
      return { ...schema, required: names };
    }
  }
}

/** A value may be missing, or null, where some were in training. */
function tableSchema({ encoder }: TableInput): JsonSchema {
  const columns = Object.entries(encoder.inputs);
  const schemas = columns.map(([name, fitted]) => {
    const cell = cells[fitted.kind];
    return [name, mayBeMissing(fitted) ? { ...cell, type: [...cell.type, "null"] } : cell] as const;
  });
  const required = columns.flatMap(([name, fitted]) => (mayBeMissing(fitted) ? [] : [name]));
  return { ...objectSchema(schemas), required };
}

const objectSchema = (properties: readonly (readonly [string, JsonSchema])[]): JsonSchema => ({
  type: "object",
  properties: Object.fromEntries(properties),
  additionalProperties: false,
});

function numbersSchema(input: NumbersInput): JsonSchema {
  const { names, dtype } = input;
  const lists = listSchemas(input);
  const all = names
    ? [
        {
          ...objectSchema(names.map((name) => [name, elements[dtype]])),
          required: names,
        },
        ...lists,
      ]
    : lists;
  const [only] = all;
  return all.length === 1 && only ? only : { anyOf: all };
}

/** Nested as the shape is, and in one list. */
function listSchemas({ shape, dtype }: SampleTensor): JsonSchema[] {
  const size = shape.reduce((a, b) => a * b, 1);
  const nested = nestedSchema(shape, elements[dtype]);
  if (shape.length === 1) return [nested];
  return [nested, nestedSchema([size], elements[dtype])];
}

const nestedSchema = ([size, ...rest]: readonly number[], element: JsonSchema): JsonSchema =>
  size === undefined
    ? element
    : { type: "array", items: nestedSchema(rest, element), minItems: size, maxItems: size };

/** What one answer looks like in JSON. */
export function answerSchema(output: Output): JsonSchema {
  const probability = { type: "number" };
  switch (output.kind) {
    case "classes": {
      const { names } = output;
      const probabilities = objectSchema(names.map((name) => [name, probability]));
      return objectSchema([
        ["class", { type: "string", enum: names }],
        ["probability", probability],
        ["probabilities", probabilities],
      ]);
    }
    case "positions": {
      const place = objectSchema([
        ["class", { type: "string", enum: output.names }],
        ["probability", probability],
      ]);
      return objectSchema([["positions", { type: "array", items: place }]]);
    }
    case "numbers":
      return objectSchema([["numbers", answeredNumbers(output)]]);
  }
}

function answeredNumbers({ names, units, shape }: NumbersOutput): JsonSchema {
  if (!names) {
    const size = shape.reduce((a, b) => a * b, 1);
    return nestedSchema(size === 1 ? [] : shape, { type: "number" });
  }
  return objectSchema(
    names.map((name, place) => {
      const unit = units?.[place];
      return [name, { type: "number", ...(unit !== undefined && { description: unit }) }];
    }),
  );
}
