import fc from "fast-check";
import { isFloating, type Shape, Storage, sizeOf } from "../../src/array/index.js";
import { printGraph } from "../../src/compile/print.js";
import {
  binary,
  broadcastTo,
  cast,
  constantLike,
  fold,
  matmul,
  multiply,
  permute,
  reshape,
  select,
  sum,
  transpose,
  unary,
} from "../../src/graph/build.js";
import {
  type Graph,
  isView,
  makeNode,
  type Node,
  type Primitive,
  type StateCell,
  topologicalOrder,
} from "../../src/graph/index.js";
import { scan, Tensor } from "../../src/tensor/index.js";

/** Three numbers that decide what is made and of what. */
type Choice = readonly [kind: number, first: number, second: number];

/** A random graph, and the contents of its states before a run. */
export interface RandomGraph {
  readonly graph: Graph;
  readonly initial: ReadonlyMap<StateCell, Storage>;
  /** Every floating node outside of loops, to find out how large the numbers in it are. */
  readonly floats: readonly Node[];
  readonly [fc.toStringMethod]: () => string;
}

// Some more often than others, so that there is something of the same kind to compute with.
const shapes: readonly Shape[] = [
  ...[
    [4, 3],
    [4, 3],
    [4, 3],
    [2, 4, 3],
  ],
  ...[[], [3], [1, 3], [17, 33], [0, 3]],
];
const leafTypes = [
  ...(["float32", "float32", "float32", "float32", "float32"] as const),
  ...(["int32", "uint8", "bool"] as const),
];

function storageFor([kind, first, second]: Choice): { shape: Shape; storage: Storage } {
  const shape = shapes[first % shapes.length] as Shape;
  const dtype = leafTypes[kind % leafTypes.length] as (typeof leafTypes)[number];
  const wave = (i: number): number => Math.sin(i * 1.7 + second);
  const length = sizeOf(shape);
  const values = {
    float32: () => Float32Array.from({ length }, (_, i) => wave(i) * (1 + (second % 3))),
    int32: () => Int32Array.from({ length }, (_, i) => Math.trunc(20 * wave(i))),
    uint8: () => Uint8Array.from({ length }, (_, i) => Math.trunc(128 + 127 * wave(i))),
    bool: () => Uint8Array.from({ length }, (_, i) => Number(wave(i) > 0)),
  }[dtype]();
  return { shape, storage: Storage.of(dtype, values) };
}

const copying: ReadonlySet<Primitive> = new Set<Primitive>([
  ...(["value", "state", "constant", "iota"] as const),
  ...([
    "reshape",
    "permute",
    "slice",
    "unfold",
    "expand",
    "pad",
    "concatenate",
    "reduceMax",
  ] as const),
  ...(["maximum", "relu", "negate", "absolute", "gather", "argmax"] as const),
]);
const known = new WeakMap<Node, boolean>();

/** Whether a value has no rounding in it, so that comparing it has one answer on every device. */
function isExact(node: Node): boolean {
  const before = known.get(node);
  if (before !== undefined) return before;
  const exact =
    (copying.has(node.primitive) || !(isFloating(node.dtype) || node.is("result"))) &&
    node.inputs.every((each) => isExact(each));
  known.set(node, exact);
  return exact;
}

/** `count` positions on an axis of `size`, in no order and with repetitions. */
const positions = (count: number, size: number, seed: number): Node<"value"> => {
  const data = Int32Array.from({ length: count }, (_, i) => (i * 7 + seed) % size);
  return makeNode("value", [], { storage: Storage.of("int32", data), shape: [count] });
};

/** One more node over those that exist, or none; every kind of unit and view occurs. */
function grow(nodes: readonly Node[], [kind, first, second]: Choice, depth: number): Node | null {
  const x = nodes[first % nodes.length] as Node;
  const { shape, dtype } = x;
  const same = nodes.filter((node) => node.dtype === dtype && String(node.shape) === String(shape));
  const y = same[second % same.length] as Node;
  const rank = shape.length;
  const axis = second % Math.max(1, rank);
  const size = shape[axis] ?? 1;
  const floats = isFloating(dtype);
  const numbers = dtype !== "bool";
  const compares = isExact(x) && isExact(y);
  const makers: readonly (() => Node | false)[] = [
    () => numbers && binary("add", x, y),
    // In a loop a large x times sin(y) would make rounding grow with every iteration.
    () =>
      numbers && multiply(floats && depth > 0 ? unary("tanh", x) : x, floats ? unary("sin", y) : y),
    () => numbers && binary("subtract", y, x),
    () => floats && unary("tanh", x),
    () => numbers && unary("relu", x),
    () => numbers && binary("maximum", x, y),
    () => numbers && compares && select(binary("less", x, y), x, constantLike(2, x)),
    () => floats && unary("exp", unary("sin", x)),
    () => rank > 0 && (floats || dtype === "int32") && sum(x, [axis]),
    () => rank > 0 && size > 0 && makeNode("reduceMax", [x], { axes: [axis] }),
    () => rank > 1 && transpose(x),
    () => rank > 1 && permute(x, [...shape.keys()].reverse()),
    () => (floats && rank > 1 ? unary("tanh", matmul(x, transpose(y))) : unary("not", asBool(x))),
    () => floats && broadcastTo(sum(x, [...shape.keys()]), shape),
    () => reshape(x, [sizeOf(shape)]),
    // A view of a view that has to be copied.
    () => rank > 1 && reshape(transpose(x), shape),
    () =>
      makeNode("slice", [x], {
        start: shape.map((each) => Math.max(0, each - 1)),
        step: shape.map(() => -1),
        shape,
      }),
    () => {
      if (rank === 0 || size < 3) return false;
      const dilation = second % 2 === 0 ? 1 : 2;
      return makeNode("unfold", [x], { axis, size: 2, step: 1 + (first % 2), dilation });
    },
    () => {
      if (!floats || rank < 2 || size === 0 || axis === rank - 1) return false;
      const [step, dilation] = [1 + (first % 2), 1 + (second % 2)];
      const width = shape.at(-1) ?? 0;
      const span = (size - 1) * step + (width - 1) * dilation + 1;
      return width > 0 && fold(x, { axis, step, dilation }, span + (second % 3));
    },
    () => rank > 0 && makeNode("concatenate", [x, y], { axis }),
    () => makeNode("pad", [x], { before: shape.map(() => 1), after: shape.map(() => 0) }),
    () => rank > 0 && size > 0 && isExact(x) && makeNode("argmax", [x], { axes: [axis] }),
    () => {
      if (rank < 2 || sizeOf(shape) === 0 || !isExact(x)) return false;
      const axes = axis === 0 ? [0, 1] : [0, axis];
      const position = makeNode("argmax", [x], { axes });
      return binary("add", position, cast(makeNode("reduceMax", [x], { axes }), "int32"));
    },
    // Repeats every element: a loop can walk that, but no strides can say it.
    () => {
      if (rank === 0 || sizeOf(shape) > 200) return false;
      const twice = [...shape.slice(0, axis + 1), 2, ...shape.slice(axis + 1)];
      const single = twice.with(axis + 1, 1);
      const repeated = makeNode("expand", [reshape(x, single)], { shape: twice });
      return reshape(repeated, shape.with(axis, 2 * size));
    },
    () => compares && binary(numbers ? "lessEqual" : "and", x, y),
    () => !numbers && binary("or", x, y),
    () => (floats ? isExact(x) && cast(x, "int32") : cast(x, "float32")),
    () => (dtype === "int32" || dtype === "bool") && cast(x, "uint8"),
    () => dtype === "uint8" && cast(x, "int32"),
    () => dtype === "int32" && binary("remainder", x, constantLike(7, x)),
    () => rank > 0 && size > 0 && makeNode("gather", [x, positions(5, size, first)], { axis }),
    () => {
      if (!floats || rank === 0) return false;
      return makeNode("scatterAdd", [positions(size, 4, first), x], { axis, size: 4 });
    },
    () => {
      if (rank === 0 || size === 0 || !isExact(x)) return false;
      const largest = makeNode("argmax", [x], { axes: [axis] });
      const kept = shape.map((each, k) => (k === axis ? 1 : each));
      return makeNode("gatherElements", [x, reshape(largest, kept)], { axis });
    },
    ...Array.from({ length: 4 }, () => () => {
      return floats && depth < 2 && rank > 0 && loop(nodes, x, [kind, first, second], depth);
    }),
  ];
  return makers[kind % makers.length]?.() || null;
}

const asBool = (x: Node): Node => (isExact(x) ? cast(x, "bool") : constantLike(0, cast(x, "bool")));

const isSmall = ({ shape }: Node): boolean => sizeOf(shape) < 5000 && shape.length <= 4;

/** A result of a loop over the first axis of `sequence`; the body uses what is there outside. */
function loop(nodes: readonly Node[], sequence: Node, choice: Choice, depth: number): Node {
  const [, first, second] = choice;
  const floats = nodes.filter((node) => node.dtype === "float32" && sizeOf(node.shape) < 40);
  const carries = [first, second].flatMap(
    (each) => floats[each % Math.max(1, floats.length)] ?? [],
  );
  const { carries: last, outputs } = scan(
    (carried, slices) => {
      const inside = [...carried, ...slices].map(({ node }) => node);
      const reachable = [...inside, ...nodes.filter((node) => sizeOf(node.shape) < 40)];
      for (let step = 1; step < 5; step++) {
        const next: Choice = [first * step + second, second + step, first + 3 * step];
        const node = grow(reachable, next, depth + 1);
        if (node && isSmall(node)) reachable.push(node);
      }
      const newest = reachable.toReversed();
      const following = carried.map(({ node }, index) => {
        const fits = newest.filter(
          (each) => each.dtype === node.dtype && String(each.shape) === String(node.shape),
        );
        const chosen = fits[(first + index) % fits.length] as Node;
        // Some pass on what is there, as a view or as it is; the others stay bounded.
        const given = inside.includes(chosen) || isView(chosen.primitive);
        return new Tensor(given ? chosen : unary("tanh", chosen));
      });
      return { carries: following, outputs: newest.slice(0, 2).map((node) => new Tensor(node)) };
    },
    {
      carries: carries.map((node) => new Tensor(node)),
      sequences: [new Tensor(sequence)],
      reverse: second % 2 === 1,
    },
  );
  const results = [...last, ...outputs];
  return (results[(first + second) % results.length] as Tensor).node;
}

/** Sometimes, gradient descent on a few rows of a state. */
function descend(state: Node<"state">, choice: number, like: Node): Node | null {
  const size = state.shape[0] ?? 0;
  const count = Math.floor(size / 2);
  if (state.dtype !== "float32" || count === 0 || choice % 3 !== 0) return null;
  const table = unary("tanh", like);
  const taken = makeNode("gather", [table, positions(count, size, choice)], { axis: 0 });
  const rows = choice % 2 === 0 ? taken : unary("sin", taken);
  const indices = positions(count, Math.ceil(size / 2), choice);
  const sums = makeNode("scatterAdd", [indices, rows], { axis: 0, size });
  const rate = makeNode("scalar", [], {
    source: { read: () => 0.3, atLeastZero: choice % 4 !== 3 },
    dtype: "float32",
  });
  const change = multiply(sums, broadcastTo(rate, state.shape));
  return choice % 5 === 0
    ? binary("add", state, multiply(constantLike(-0.7, sums), sums))
    : binary("subtract", state, change);
}

function build(
  leaves: readonly Choice[],
  states: readonly Choice[],
  growth: readonly Choice[],
  chosen: readonly number[],
): RandomGraph {
  const initial = new Map<StateCell, Storage>();
  const stateLeaves = states.map((choice, index) => {
    const { shape, storage } = storageFor(choice);
    const cell = { name: `state ${index}`, shape, dtype: storage.dtype, storage };
    initial.set(cell, storage);
    return makeNode("state", [], { cell });
  });
  const nodes: Node[] = leaves.map((choice) => {
    const { shape, storage } = storageFor(choice);
    return makeNode("value", [], { storage, shape });
  });
  nodes.push(...stateLeaves);
  for (const each of growth) {
    const node = grow(nodes, each, 0);
    if (node && isSmall(node)) nodes.push(node);
  }
  const updates = stateLeaves.flatMap((state, index) => {
    const fits = nodes.filter(
      (node) =>
        node !== state && node.dtype === state.dtype && String(node.shape) === String(state.shape),
    );
    const choice = (chosen[0] ?? 0) + index;
    const value =
      descend(state, choice, fits.at(-1) ?? state) ??
      fits.at(-1 - (choice % Math.max(1, fits.length)));
    return value ? [{ state, value }] : [];
  });
  const outputs = chosen.map((each) => nodes[Math.max(0, nodes.length - 1 - (each % 4))] as Node);
  const floats = topologicalOrder([...outputs, ...updates.map(({ value }) => value)]).filter(
    (node) => isFloating(node.dtype) && !node.is("scan"),
  );
  const graph = { inputs: [], outputs, updates, checks: [] };
  return { graph, initial, floats, [fc.toStringMethod]: () => printGraph(graph) };
}

const choice = fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000));

export const randomGraph = fc
  .tuple(
    fc.array(choice, { minLength: 1, maxLength: 4, size: "max" }),
    fc.array(choice, { maxLength: 4, size: "max" }),
    fc.array(choice, { minLength: 1, maxLength: 16, size: "max" }),
    fc.array(fc.nat(1000), { minLength: 1, maxLength: 4, size: "max" }),
  )
  .map((parts) => build(...parts));
