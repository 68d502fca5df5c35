import { type DType, isFloating } from "../../array/index.js";
import type { BinaryPrimitive, Node, UnaryPrimitive } from "../../graph/index.js";
import type { MicroOperation } from "../../program/index.js";

// Which operation on 32-bit lanes computes a primitive, for floats and for integers.

type Lanes = "float" | "integer";

const unaryOperations: { readonly [P in UnaryPrimitive]: Partial<Record<Lanes, MicroOperation>> } =
  {
    negate: { float: "negate", integer: "negateInt" },
    absolute: { float: "absolute", integer: "absoluteInt" },
    sign: { float: "sign", integer: "signInt" },
    exp: { float: "exp" },
    log: { float: "log" },
    log1p: { float: "log1p" },
    sqrt: { float: "sqrt" },
    sin: { float: "sin" },
    cos: { float: "cos" },
    tanh: { float: "tanh" },
    sigmoid: { float: "sigmoid" },
    erf: { float: "erf" },
    floor: { float: "floor" },
    relu: { float: "relu", integer: "reluInt" },
    not: { integer: "not" },
  };

const binaryOperations: {
  readonly [P in BinaryPrimitive]: Partial<Record<Lanes, MicroOperation>>;
} = {
  add: { float: "add", integer: "addInt" },
  subtract: { float: "subtract", integer: "subtractInt" },
  multiply: { float: "multiply", integer: "multiplyInt" },
  divide: { float: "divide" },
  power: { float: "power" },
  maximum: { float: "maximum", integer: "maximumInt" },
  minimum: { float: "minimum", integer: "minimumInt" },
  remainder: { float: "remainder", integer: "remainderInt" },
  equal: { float: "equal", integer: "equalInt" },
  less: { float: "less", integer: "lessInt" },
  lessEqual: { float: "lessEqual", integer: "lessEqualInt" },
  and: { integer: "and" },
  or: { integer: "or" },
};

const operations: Readonly<Record<string, Partial<Record<Lanes, MicroOperation>>>> = {
  ...unaryOperations,
  ...binaryOperations,
};

/** float -> uint8 and bool go through integers, so a conversion may take two steps or none. */
function conversion(from: DType, to: DType): readonly MicroOperation[] {
  if (isFloating(from)) {
    if (isFloating(to)) return [];
    if (to === "bool") return ["floatToBool"];
    return to === "uint8" ? ["floatToInt", "wrapUint8"] : ["floatToInt"];
  }
  if (isFloating(to)) return ["intToFloat"];
  if (to === "bool") return from === "bool" ? [] : ["intToBool"];
  return to === "uint8" && from === "int32" ? ["wrapUint8"] : [];
}

/** What computes an element-wise node from its inputs' registers: one operation after another. */
export function microOperations(node: Node): readonly MicroOperation[] {
  const [first] = node.inputs;
  if (!first) throw new Error(`${node.primitive} has no input`);
  if (node.is("select")) return ["select"];
  if (node.is("cast")) return conversion(first.dtype, node.dtype);
  const operation = operations[node.primitive]?.[isFloating(first.dtype) ? "float" : "integer"];
  if (!operation) throw new Error(`no operation computes ${node.primitive} of ${first.dtype}`);
  // uint8 arithmetic happens in 32 bits and keeps the lowest 8.
  return node.dtype === "uint8" ? [operation, "wrapUint8"] : [operation];
}
