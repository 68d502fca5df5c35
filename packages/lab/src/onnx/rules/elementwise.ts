import type { StoredNode, StoredPrimitive } from "@versant/core";
import { isFloating } from "@versant/core/internal";
import { scalar } from "../numbers.js";
import type { OnnxRule, Scope } from "../scope.js";
import { elementTypes } from "../tensors.js";

type Elementwise =
  | "negate"
  | "absolute"
  | "sign"
  | "exp"
  | "log"
  | "log1p"
  | "sqrt"
  | "sin"
  | "cos"
  | "tanh"
  | "sigmoid"
  | "erf"
  | "floor"
  | "relu"
  | "not"
  | "cast"
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "power"
  | "maximum"
  | "minimum"
  | "remainder"
  | "equal"
  | "less"
  | "lessEqual"
  | "and"
  | "or"
  | "select";

const int32 = { to: elementTypes.int32 };

/**
 * An operator over operands of one dtype. Few runtimes calculate with bytes or order bools, so these
 * become int32 on the way; what is stored as a byte keeps its lower 8 bits, as in Versant.
 */
const calculate =
  (opType: string): OnnxRule<StoredPrimitive> =>
  (node, scope) => {
    const { dtype } = scope.inputOf(node);
    const operands = scope.broadcast(node);
    const { writer } = scope;
    if (dtype !== "uint8" && dtype !== "bool") return writer.add(opType, operands);
    const wide = operands.map((name) => writer.add("Cast", [name], int32));
    const result = writer.add(opType, wide);
    return node.dtype === "bool"
      ? result
      : writer.add("Cast", [result], { to: elementTypes.uint8 });
  };

/** An operator that runtimes have for every dtype that may come. */
const direct =
  (opType: string): OnnxRule<StoredPrimitive> =>
  (node, scope) =>
    scope.writer.add(opType, scope.broadcast(node));

/**
 * log(1 + x) as x log(u) / (u - 1) with u = 1 + x as it is rounded, which is right near 0 as well
 * (Goldberg, "What Every Computer Scientist Should Know About Floating-Point Arithmetic", 1991,
 * theorem 4). The quotient is 1 where u is 1.
 */
function log1p(node: StoredNode<"log1p">, scope: Scope): string {
  const { writer } = scope;
  const [x] = scope.namesOf(node) as [string];
  const one = scalar(writer, node.dtype, 1);
  const near = writer.add("Add", [x, one]);
  const rounded = writer.add("Sub", [near, one]);
  const quotient = writer.add("Div", [writer.add("Log", [near]), rounded]);
  const isNothing = writer.add("Equal", [rounded, scalar(writer, node.dtype, 0)]);
  return writer.add("Mul", [x, writer.add("Where", [isNothing, one, quotient])]);
}

/** a - floor(a / b) b; the operator Mod has the sign of b for integers alone. */
function remainder(node: StoredNode<"remainder">, scope: Scope): string {
  if (node.dtype === "int32" || node.dtype === "uint8")
    return calculate("Mod")(node, scope) as string;
  const { writer } = scope;
  const [a, b] = scope.broadcast(node) as [string, string];
  const quotient = writer.add("Floor", [writer.add("Div", [a, b])]);
  return writer.add("Sub", [a, writer.add("Mul", [quotient, b])]);
}

function relu(node: StoredNode<"relu">, scope: Scope): string {
  const { writer } = scope;
  const [x] = scope.namesOf(node) as [string];
  if (node.dtype === "uint8") return x;
  if (node.dtype !== "int32") return writer.add("Relu", [x]);
  return writer.add("Max", [x, scalar(writer, node.dtype, 0)]);
}

/** Of a float, a byte keeps the lower 8 bits that it has as int32. */
function cast(node: StoredNode<"cast">, scope: Scope): string {
  const { writer } = scope;
  const { dtype } = scope.inputOf(node);
  const to = { to: elementTypes[node.dtype] };
  const [x] = scope.namesOf(node) as [string];
  if (node.dtype !== "uint8" || !isFloating(dtype)) return writer.add("Cast", [x], to);
  const whole = writer.add("Cast", [x], int32);
  return writer.add("Cast", [writer.add("BitwiseAnd", [whole, scalar(writer, "int32", 255)])], to);
}

/** Few runtimes choose between bools, so these are bytes on the way. */
function select(node: StoredNode<"select">, scope: Scope): string {
  const { writer } = scope;
  const [condition, ...values] = scope.broadcast(node) as [string, string, string];
  if (node.dtype !== "bool") return writer.add("Where", [condition, ...values]);
  const bytes = values.map((name) => writer.add("Cast", [name], { to: elementTypes.uint8 }));
  return writer.add("Cast", [writer.add("Where", [condition, ...bytes])], {
    to: elementTypes.bool,
  });
}

export const elementwise: { readonly [P in Elementwise]: OnnxRule<P> } = {
  negate: calculate("Neg"),
  absolute: calculate("Abs"),
  sign: calculate("Sign"),
  exp: direct("Exp"),
  log: direct("Log"),
  log1p,
  sqrt: direct("Sqrt"),
  sin: direct("Sin"),
  cos: direct("Cos"),
  tanh: direct("Tanh"),
  sigmoid: direct("Sigmoid"),
  erf: direct("Erf"),
  floor: direct("Floor"),
  relu,
  not: direct("Not"),
  cast,

  add: calculate("Add"),
  subtract: calculate("Sub"),
  multiply: calculate("Mul"),
  divide: direct("Div"),
  power: direct("Pow"),
  maximum: calculate("Max"),
  minimum: calculate("Min"),
  remainder,
  equal: calculate("Equal"),
  less: calculate("Less"),
  lessEqual: calculate("LessOrEqual"),
  and: direct("And"),
  or: direct("Or"),

  select,
};
