import {
  type DType,
  type Size,
  type StoredGraph,
  type StoredPrimitive,
  tensor,
} from "@versant/core";
import type { Range, Sketch } from "./sketch.js";

type Case = (sketch: Sketch) => number;

const floats: readonly DType[] = ["float32"];
const numbers: readonly DType[] = ["float32", "int32", "uint8"];
const all: readonly DType[] = [...numbers, "bool"];

const ranges: { readonly [D in DType]: Range } = {
  float32: [-2, 2],
  float64: [-2, 2],
  int32: [-5, 6],
  uint8: [0, 256],
  bool: [0, 2],
};
const rangeOf = (dtype: DType): Range => ranges[dtype];

function unary(primitive: StoredPrimitive, dtypes = floats, range?: Range): Case {
  return (sketch) => {
    const dtype = sketch.pick(0, dtypes);
    const x = sketch.input(dtype, sketch.shape, range ?? rangeOf(dtype));
    return sketch.add(primitive, [x], {}, sketch.shape, dtype);
  };
}

/** The second operand may be repeated along the first axis. */
function binary(
  primitive: StoredPrimitive,
  {
    dtypes = floats,
    ranges,
    result,
  }: { dtypes?: readonly DType[]; ranges?: [Range, Range]; result?: DType } = {},
): Case {
  return (sketch) => {
    const { shape } = sketch;
    const dtype = sketch.pick(0, dtypes);
    const [left, right] = ranges ?? [rangeOf(dtype), rangeOf(dtype)];
    const a = sketch.input(dtype, shape, left);
    const isRepeated = sketch.choose(1, 2) === 0;
    const b = sketch.input(dtype, isRepeated ? [1, ...shape.slice(1)] : shape, right);
    const whole = isRepeated ? sketch.add("expand", [b], {}, shape, dtype) : b;
    const operands = sketch.choose(2, 2) === 0 && !ranges ? [whole, a] : [a, whole];
    return sketch.add(primitive, operands, {}, shape, result ?? dtype);
  };
}

const comparison = (primitive: StoredPrimitive): Case =>
  binary(primitive, { dtypes: all, result: "bool" });

/** Some of three axes in rising order, at least one. */
const axesOf = (sketch: Sketch, dtype: DType): { axes: number[]; x: number; kept: Size[] } => {
  // The first axis may be empty for nobody here: N is at least 1.
  const axes = sketch.pick(1, [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]]);
  const x = sketch.input(dtype, sketch.shape, dtype === "int32" ? [-3, 4] : rangeOf(dtype));
  return { axes, x, kept: sketch.shape.filter((_, axis) => !axes.includes(axis)) };
};

const times = (size: Size, factor: number): Size =>
  typeof size === "number" ? size * factor : [[factor, "N"]];
const plus = (size: Size, added: number): Size =>
  typeof size === "number" ? size + added : added === 0 ? size : [[1, "N"], [added]];

/** A document for each primitive, of which it is the last node or the only one that is no leaf. */
export const cases: { readonly [P in StoredPrimitive]: Case } = {
  input: (sketch) => sketch.input(sketch.pick(0, all), sketch.shape, [0, 2]),
  state: (sketch) => {
    const shape = [sketch.second, sketch.third];
    const x = sketch.input("float32", [sketch.first, sketch.second]);
    const data = Float32Array.from({ length: sketch.second * sketch.third }, (_, i) => Math.sin(i));
    sketch.state.set("layer.weight", tensor(data, { shape }));
    const attributes = { name: "layer.weight", role: "parameter" as const };
    const weight = sketch.add("state", [], attributes, shape, "float32");
    return sketch.add("matmul", [x, weight], {}, [sketch.first, sketch.third], "float32");
  },
  value: (sketch) => {
    const x = sketch.input("float32", [sketch.first, 4]);
    const elements = [1.5, "-0", "Infinity", -3] as const;
    const value = sketch.add("value", [], { elements }, [1, 4], "float32");
    const expanded = sketch.add("expand", [value], {}, [sketch.first, 4], "float32");
    return sketch.add("maximum", [x, expanded], {}, [sketch.first, 4], "float32");
  },
  constant: (sketch) => {
    const dtype = sketch.pick(0, all);
    const isSize =
      dtype === "float32" && sketch.first !== sketch.shape[1] && Array.isArray(sketch.first);
    sketch.input("float32", [sketch.first]);
    const value = isSize ? ([[2, "N"], [1]] as const) : 1;
    return sketch.add("constant", [], { value }, sketch.shape, dtype);
  },
  iota: (sketch) => {
    sketch.input("float32", [sketch.first]);
    return sketch.add("iota", [], {}, [plus(sketch.first, sketch.choose(0, 3))], "int32");
  },

  negate: unary("negate", numbers),
  absolute: unary("absolute", numbers),
  sign: unary("sign", numbers),
  exp: unary("exp"),
  log: unary("log", floats, [0.1, 9]),
  log1p: unary("log1p", floats, [-0.9, 1e-3]),
  sqrt: unary("sqrt", floats, [0, 9]),
  sin: unary("sin"),
  cos: unary("cos"),
  tanh: unary("tanh"),
  sigmoid: unary("sigmoid"),
  erf: unary("erf"),
  floor: unary("floor"),
  relu: unary("relu", numbers),
  not: unary("not", ["bool"]),
  cast: (sketch) => {
    const from = sketch.pick(0, all);
    const x = sketch.input(from, sketch.shape, rangeOf(from));
    return sketch.add("cast", [x], {}, sketch.shape, sketch.pick(1, all));
  },

  add: binary("add", { dtypes: numbers }),
  subtract: binary("subtract", { dtypes: numbers }),
  multiply: binary("multiply", { dtypes: numbers }),
  divide: binary("divide", {
    ranges: [
      [-2, 2],
      [0.5, 2],
    ],
  }),
  power: binary("power", {
    ranges: [
      [0.1, 2],
      [-2, 2],
    ],
  }),
  maximum: binary("maximum", { dtypes: numbers }),
  minimum: binary("minimum", { dtypes: numbers }),
  remainder: (sketch) => {
    const dtype = sketch.pick(0, numbers);
    const ranges: [Range, Range] =
      dtype === "float32"
        ? [
            [-5, 5],
            [-3, -1],
          ]
        : dtype === "int32"
          ? [
              [-9, 9],
              [-5, -1],
            ]
          : [
              [0, 99],
              [1, 9],
            ];
    return binary("remainder", { dtypes: [dtype], ranges })(sketch);
  },
  equal: comparison("equal"),
  less: comparison("less"),
  lessEqual: comparison("lessEqual"),
  and: binary("and", { dtypes: ["bool"] }),
  or: binary("or", { dtypes: ["bool"] }),

  select: (sketch) => {
    const dtype = sketch.pick(0, all);
    const condition = sketch.input("bool", sketch.shape, [0, 2]);
    const a = sketch.input(dtype, sketch.shape, rangeOf(dtype));
    const b = sketch.add("constant", [], { value: 1 }, sketch.shape, dtype);
    return sketch.add("select", [condition, a, b], {}, sketch.shape, dtype);
  },

  reshape: (sketch) => {
    const [first, second, third] = [sketch.first, sketch.second, sketch.third];
    const dtype = sketch.pick(0, all);
    const x = sketch.input(dtype, [first, second, third], rangeOf(dtype));
    const shape = sketch.pick(1, [
      [first, second * third],
      [times(first, second), third],
      [second, times(first, third)],
      [first, 1, third, second],
      [times(first, second * third)],
    ]);
    return sketch.add("reshape", [x], {}, shape, dtype);
  },
  permute: (sketch) => {
    const dtype = sketch.pick(0, all);
    const order = sketch.pick(1, [
      [2, 0, 1],
      [1, 0, 2],
      [0, 2, 1],
      [2, 1, 0],
      [1, 2, 0],
    ]);
    const x = sketch.input(dtype, sketch.shape, rangeOf(dtype));
    return sketch.add(
      "permute",
      [x],
      { order },
      order.map((axis) => sketch.shape[axis] as Size),
      dtype,
    );
  },
  expand: (sketch) => {
    sketch.input("float32", [sketch.first]);
    const dtype = sketch.pick(0, all);
    const from = sketch.pick(1, [
      [1, sketch.second, 1],
      [sketch.first, 1, sketch.third],
      [1, 1, 1],
    ]);
    const x = sketch.input(dtype, from, rangeOf(dtype));
    return sketch.add("expand", [x], {}, sketch.shape, dtype);
  },
  slice: (sketch) => {
    const dtype = sketch.pick(0, all);
    const { first, second } = sketch;
    const x = sketch.input(dtype, [first, second, 7], rangeOf(dtype));
    const [start, step, count] = sketch.pick(1, [
      [1, 2, 3],
      [6, -1, 7],
      [5, -2, 3],
      [3, 1, 4],
      [0, 1, 0],
      [4, -3, 2],
    ] as const);
    const isTurned = sketch.choose(2, 2) === 0;
    const starts = [isTurned ? plus(first, -1) : 0, second - 1, start];
    return sketch.add(
      "slice",
      [x],
      { start: starts, step: [isTurned ? -1 : 1, 1, step] },
      [first, 1, count],
      dtype,
    );
  },
  unfold: (sketch) => {
    const dtype = sketch.pick(0, all);
    const { first, third } = sketch;
    const step = 1 + sketch.choose(1, 2);
    const dilation = 1 + sketch.choose(2, 2);
    if (sketch.choose(3, 2) === 0) {
      // Along N, of which there is one at least.
      const x = sketch.input(dtype, [first, third], rangeOf(dtype));
      return sketch.add(
        "unfold",
        [x],
        { axis: 0, size: 1, step: 1, dilation },
        [first, third, 1],
        dtype,
      );
    }
    const size = 1 + sketch.choose(4, 3);
    const count = Math.floor((8 - dilation * (size - 1) - 1) / step) + 1;
    const x = sketch.input(dtype, [first, 8, third], rangeOf(dtype));
    return sketch.add(
      "unfold",
      [x],
      { axis: 1, size, step, dilation },
      [first, count, third, size],
      dtype,
    );
  },
  fold: (sketch) => {
    const { first, third } = sketch;
    const step = 1 + sketch.choose(1, 3);
    const dilation = 1 + sketch.choose(2, 2);
    const size = 1 + sketch.choose(4, 3);
    const axis = sketch.choose(3, 2);
    const count: Size = axis === 0 ? first : 3;
    const span = dilation * (size - 1) + 1 + sketch.choose(0, 3);
    const length: Size =
      typeof count === "number" ? (count - 1) * step + span : [[step, "N"], [span - step]];
    const shape = axis === 0 ? [count, third, size] : [first, count, third, size];
    const folded = axis === 0 ? [length, third] : [first, length, third];
    const x = sketch.input("float32", shape);
    return sketch.add("fold", [x], { axis, step, dilation }, folded, "float32");
  },
  pad: (sketch) => {
    const dtype = sketch.pick(0, all);
    const [first, second, third] = [sketch.first, sketch.second, sketch.third];
    const x = sketch.input(dtype, [first, second, third], rangeOf(dtype));
    const [a, b] = [sketch.choose(1, 3), sketch.choose(2, 3)];
    const before = [sketch.choose(3, 2), a, 0];
    const after = [0, b, 1];
    const shape = [plus(first, before[0] as number), second + a + b, third + 1];
    return sketch.add("pad", [x], { before, after }, shape, dtype);
  },
  concatenate: (sketch) => {
    const dtype = sketch.pick(0, all);
    const axis = sketch.choose(1, 3);
    const x = sketch.input(dtype, sketch.shape, rangeOf(dtype));
    const other = sketch.shape.map((size, each) => (each === axis ? 2 : size));
    const y = sketch.input(dtype, other, rangeOf(dtype));
    const shape = sketch.shape.map((size, each) => (each === axis ? plus(size, 2) : size));
    return sketch.add("concatenate", [x, y], { axis }, shape, dtype);
  },

  sum: (sketch) => {
    const dtype = sketch.pick(0, ["float32", "int32"] as const);
    const { x, axes, kept } = axesOf(sketch, dtype);
    return sketch.add("sum", [x], { axes }, kept, dtype);
  },
  reduceMax: (sketch) => {
    const dtype = sketch.pick(0, all);
    const { x, axes, kept } = axesOf(sketch, dtype);
    return sketch.add("reduceMax", [x], { axes }, kept, dtype);
  },
  argmax: (sketch) => {
    const { x, axes, kept } = axesOf(sketch, sketch.pick(0, all));
    return sketch.add("argmax", [x], { axes }, kept, "int32");
  },
  matmul: (sketch) => {
    const a = sketch.input("float32", sketch.shape);
    const b = sketch.input("float32", [sketch.first, sketch.third, 3]);
    return sketch.add("matmul", [a, b], {}, [sketch.first, sketch.second, 3], "float32");
  },

  gather: (sketch) => {
    const dtype = sketch.pick(0, all);
    const axis = 1 + sketch.choose(1, 2);
    const x = sketch.input(dtype, sketch.shape, rangeOf(dtype));
    const size = sketch.shape[axis] as number;
    const indexed = sketch.pick(2, [[], [2], [sketch.first, 2]] as Size[][]);
    const indices = sketch.input("int32", indexed, [0, size]);
    const shape = [...sketch.shape.slice(0, axis), ...indexed, ...sketch.shape.slice(axis + 1)];
    return sketch.add("gather", [x, indices], { axis }, shape, dtype);
  },
  scatterAdd: (sketch) => {
    const indexed = sketch.pick(2, [[], [3], [3, 2]] as number[][]);
    const axis = 1;
    const { first, third } = sketch;
    const indices = sketch.input("int32", indexed, [0, 4]);
    const updates = sketch.input("float32", [first, ...indexed, third]);
    return sketch.add("scatterAdd", [indices, updates], { axis }, [first, 4, third], "float32");
  },
  gatherElements: (sketch) => {
    const dtype = sketch.pick(0, all);
    const { first, second, third } = sketch;
    const x = sketch.input(dtype, sketch.shape, rangeOf(dtype));
    const indices = sketch.input("int32", [first, 5, third], [0, second]);
    return sketch.add("gatherElements", [x, indices], { axis: 1 }, [first, 5, third], dtype);
  },
  scatterElements: (sketch) => {
    const { first, second, third } = sketch;
    const indices = sketch.input("int32", [first, 5, third], [0, second]);
    const updates = sketch.input("float32", [first, 5, third]);
    return sketch.add("scatterElements", [indices, updates], { axis: 1 }, sketch.shape, "float32");
  },

  scan: (sketch) => sumsOf(sketch, 0),
  result: (sketch) => sumsOf(sketch, 1),
};

/** c := c * k + x[t], of which either the last or all come out. */
function sumsOf(sketch: Sketch, index: number): number {
  const { first, second, third } = sketch;
  const row = { dtype: "float32" as const, shape: [second] };
  const carry = sketch.input("float32", [second]);
  const sequence = sketch.input("float32", [first, second]);
  const factor = sketch.input("float32", [second], [0.5, 0.9]);
  const leaf = (place: number) => ({
    primitive: "input" as const,
    inputs: [],
    attributes: { index: place },
    ...row,
  });
  const body: StoredGraph = {
    inputs: [row, row, row],
    nodes: [
      leaf(0),
      leaf(1),
      leaf(2),
      { primitive: "multiply", inputs: [0, 2], attributes: {}, ...row },
      { primitive: "add", inputs: [3, 1], attributes: {}, ...row },
    ],
    outputs: [4, 4],
  };
  const reverse = third % 2 === 0;
  const attributes = { carries: 1, sequences: 1, reverse, body };
  const scan = sketch.add("scan", [carry, sequence, factor], attributes, [], "float32");
  return sketch.add(
    "result",
    [scan],
    { index },
    index === 0 ? [second] : [first, second],
    "float32",
  );
}
