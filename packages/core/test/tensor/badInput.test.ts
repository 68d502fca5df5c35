import { describe, expect, test } from "vitest";
import { defaultDevice, ExecutionError, ShapeError, VersantError } from "../../src/index.js";
import {
  arange,
  Buffer,
  compile,
  concatenate,
  customOperation,
  evaluate,
  explain,
  gradients,
  noGradient,
  ones,
  Parameter,
  RunTimeScalar,
  scan,
  slice,
  stack,
  type Tensor,
  tensor,
  where,
  zeros,
} from "../../src/tensor/index.js";

/** What plain JavaScript may give: of any type at all. */
const wrong = (value: unknown): never => value as never;

const x = ones([2, 3]);
const sequence = ones([3, 1]);
const weight = () => new Parameter(ones([2]), "weight");
const identity = (given: Tensor): Tensor => given;

const looped = (result: unknown) =>
  scan(() => wrong(result), { carries: [ones([1])], sequences: [sequence] });

const custom = (parts: object) =>
  customOperation(wrong({ name: "mine", forward: identity, backward: () => [null], ...parts }))(
    weight(),
  );

describe("arguments that no type checker has seen", () => {
  test.each<[string, () => unknown, string]>([
    ...["sum", "mean", "max", "variance"].map((name): [string, () => unknown, string] => [
      name,
      () => Reflect.apply(Reflect.get(x, name), x, [0, { keepDims: 0 }]),
      "received keepDims 0, expected true or false",
    ]),
    [
      "logSumExp",
      () => x.logSumExp(0, { keepDims: wrong("no") }),
      'received keepDims "no", expected true or false',
    ],
    [
      "tensor",
      () => tensor([1], { requiresGrad: wrong("no") }),
      'received requiresGrad "no", expected true or false',
    ],
    [
      "compile",
      () => compile(identity, { keepGradients: wrong(1) }),
      "received keepGradients 1, expected true or false",
    ],
    ["clamp", () => x.clamp(wrong(0)), "received 0 as the bounds, expected a plain object of min"],
    ["clamp", () => x.clamp(wrong(undefined)), "received undefined as the bounds"],
    ["clamp", () => x.clamp(wrong({ min: "0" })), 'received "0", expected a number'],
    [
      "add",
      () => x.add(wrong([1])),
      "received a list of 1 as the other operand, expected a Tensor",
    ],
    ["greater", () => x.greater(wrong(null)), "received null as the other operand"],
    ["matmul", () => x.matmul(wrong(3)), "received 3 as the other operand, expected a Tensor; for"],
    ["take", () => x.take(wrong([1])), "received a list of 1 as the indices, expected a Tensor"],
    [
      "takeAlong",
      () => x.takeAlong(wrong(1)),
      "received 1 as the indices, expected a Tensor; make",
    ],
    ["at", () => x.at(wrong(tensor([1]))), "received a Tensor for axis 0, expected an integer or"],
    ["at", () => x.at(0, wrong("1")), 'received "1" for axis 1'],
    ["at", () => x.at(wrong([0])), "list of rows is picked by .take("],
    ["at", () => x.at(wrong(undefined)), "received undefined for axis 0"],
    ["permute", () => x.permute(wrong(1)), "received 1 as the order, expected an Array"],
    ["pad", () => x.pad(wrong(1), wrong(1)), "received 1 as the counts before"],
    ["pad", () => x.pad([1, 1], wrong(1)), "received 1 as the counts after"],
    ["sum", () => x.sum(0, wrong(true)), "received true as the options, expected a plain object"],
    ["mean", () => x.mean(0, wrong(null)), "received null as the options"],
    ["max", () => x.max(0, wrong({ keepdims: true })), 'an option named "keepdims"'],
    [
      "variance",
      () => x.variance(0, wrong(null)),
      "expected a plain object of keepDims, correction",
    ],
    ["logSumExp", () => x.logSumExp(0, wrong(1)), "received 1 as the options"],
    ["where", () => where(wrong([true]), x, x), "received a list of 1 as the condition"],
    ["where", () => where(x.less(2), wrong([1]), x), "received a list of 1, expected a number"],
    [
      "concatenate",
      () => concatenate(wrong(x), wrong(x)),
      "a Tensor as the parts, expected a list",
    ],
    ["concatenate", () => concatenate([x, wrong(1)]), "received 1 as element 1 of the parts"],
    ["stack", () => stack(wrong(x)), "received a Tensor as the parts, expected a list of Tensors"],
    ["tensor", () => tensor([1], wrong({ dtype: "foo" })), 'received dtype "foo", expected one of'],
    ["tensor", () => tensor([1], wrong(null)), "received null as the options"],
    ["tensor", () => tensor([1], wrong("int32")), 'received "int32" as the options'],
    ["tensor", () => tensor(wrong(null)), "received null, expected numbers, booleans"],
    ["tensor", () => tensor(wrong(new Int8Array(2))), "received an Int8Array, expected numbers"],
    ["compile", () => compile(wrong(5)), "received 5 as the function, expected a Function"],
    ["compile", () => compile(identity, wrong(null)), "received null as the options"],
    [
      "compile",
      () => compile(identity, { capacity: 0 }),
      "received capacity 0, expected an integer",
    ],
    ["compile", () => compile(() => wrong(5))(), "received 5 as the result of the function"],
    ["explain", () => explain(wrong(5)), "received 5 as the function"],
    ["noGradient", () => noGradient(wrong(5)), "received 5 as the function"],
    ["evaluate", () => evaluate(wrong(x)), "received a Tensor as the tensors, expected a list"],
    ["gradients", () => gradients(wrong(5), []), "received 5 as the loss"],
    ["gradients", () => gradients(x, wrong(x)), "received a Tensor as the tensors asked for"],
    [
      "Parameter",
      () => new Parameter(wrong(5)),
      "received 5 as the initial value, expected a Tensor",
    ],
    ["Buffer", () => new Buffer(wrong([1])), "received a list of 1 as the initial value"],
    [
      "assign",
      () => weight().assign(wrong(5)),
      "received 5 as the value for weight, expected a Tensor",
    ],
    ["RunTimeScalar", () => new RunTimeScalar(wrong("1")), 'received "1", expected a number'],
    ["RunTimeScalar", () => new RunTimeScalar(Number.NaN), "received NaN, expected a number"],
    ["RunTimeScalar", () => new RunTimeScalar(1).tensor(wrong("foo")), 'received dtype "foo"'],
    ["scan", () => scan(wrong(5), { carries: [], sequences: [x] }), "received 5 as the body"],
    ["scan", () => scan(wrong(identity), wrong(null)), "received null as the input"],
    ["scan", () => scan(wrong(identity), wrong({ sequences: [x] })), "undefined as the carries"],
    [
      "scan",
      () => looped(undefined),
      "received undefined as the result of the body, expected a plain",
    ],
    ["scan", () => looped(x), "received a Tensor as the result of the body"],
    [
      "scan",
      () => looped({ carries: [1], outputs: [] }),
      "as element 0 of the carries that the body",
    ],
    [
      "scan",
      () => looped({ carries: [ones([1])] }),
      "received undefined as the outputs that the body",
    ],
    ["scan", () => looped({ carries: [ones([1])], output: [] }), 'an option named "output"'],
    [
      "customOperation",
      () => customOperation(wrong(identity)),
      "received the function identity as",
    ],
    ["customOperation mine", () => custom({ backward: 5 }), "received 5 as backward"],
    ["mine", () => custom({ forward: () => 5 }), "received 5 as the result of forward"],
    [
      "mine",
      () =>
        custom({ backward: () => [5] })
          .sum()
          .backward(),
      "as the gradient of input 0",
    ],
    [
      "mine",
      () =>
        custom({ backward: () => 5 })
          .sum()
          .backward(),
      "as the result of backward",
    ],
  ])("%s: case %# is told", (name, act, expected) => {
    expect(act).toThrow(VersantError);
    expect(act).toThrow(new RegExp(`^${name}: .*${expected.replace(/[.()[\]]/g, "\\$&")}`));
  });

  test("what is right goes on", () => {
    expect(x.clamp({}).dataSync()[0]).toBe(1);
    expect(x.at({ start: 1 }, slice()).shape).toEqual([1, 3]);
    expect(x.sum(0, { keepDims: true }).shape).toEqual([1, 3]);
    expect(
      custom({ backward: () => [null] })
        .sum()
        .itemSync(),
    ).toBe(2);
  });
});

describe("a gradient that is set", () => {
  test.each<[unknown, string]>([
    [3, "grad: received 3 as the value for weight, expected a Tensor."],
    [undefined, "grad: received undefined as the value for weight"],
    [ones([3]), "grad: received shape (3,) for weight, expected (2,)."],
    [arange(2), "grad: received int32 for weight, expected float32; convert with"],
  ])("%# has the shape and dtype of its parameter", (gradient, expected) => {
    expect(() => {
      weight().grad = wrong(gradient);
    }).toThrow(expected);
  });

  test("may be null or like the parameter", () => {
    const w = weight();
    w.grad = ones([2]);
    expect(w.grad?.dataSync()[1]).toBe(1);
    w.grad = null;
    expect(w.grad).toBeNull();
  });
});

describe("values and shapes", () => {
  test.each([
    [300, "uint8"],
    [-1, "uint8"],
    [Number.NaN, "uint8"],
    [1.5, "int32"],
    [2 ** 31, "int32"],
    [Number.POSITIVE_INFINITY, "int32"],
  ] as const)("%d is no value of %s", (value, dtype) => {
    expect(() => tensor([0, [value]].flat(), { dtype })).toThrow(
      `tensor: received the number ${value} for a tensor of dtype ${dtype}, expected an integer`,
    );
  });

  test("all others are, and bools are made of anything", () => {
    expect([...tensor([0, 255, true], { dtype: "uint8" }).dataSync()]).toEqual([0, 255, 1]);
    expect([...tensor([-(2 ** 31)], { dtype: "int32" }).dataSync()]).toEqual([-(2 ** 31)]);
    expect([...tensor([2, 0], { dtype: "bool" }).dataSync()]).toEqual([1, 0]);
    expect([...tensor(Float32Array.of(1.5), { dtype: "int32" }).dataSync()]).toEqual([1]);
  });

  test.each([[[-1, 3]], [[1.5, 3]], [wrong("23")]])("expand refuses the shape %j", (shape) => {
    expect(() => ones([3]).expand(shape)).toThrow(ShapeError);
    expect(() => ones([3]).expand(shape)).toThrow(/^expand: received .*expected/);
  });

  test("a loop over slices of nothing, taken backwards", () => {
    const backwards = zeros([0, 3])
      .at(slice(), slice(undefined, undefined, -1))
      .transpose();
    const { outputs } = scan((_, [each]) => ({ carries: [], outputs: [each as Tensor] }), {
      carries: [],
      sequences: [backwards],
    });
    expect([outputs[0]?.shape, outputs[0]?.dataSync().length]).toEqual([[3, 0], 0]);
  });

  test.runIf(defaultDevice().name === "wasm")("too large a product is told with its size", () => {
    const largest = ones([4e4, 1])
      .matmul(ones([1, 4e4]))
      .max();
    expect(() => largest.itemSync()).toThrow(ExecutionError);
    expect(() => largest.itemSync()).toThrow(/^out of memory: 64\d{8} bytes \(6\.0 GiB\) were/);
    expect(ones([2]).max().itemSync()).toBe(1);
  });
});

test("an asynchronous function is refused, and its failure ends nothing", async () => {
  const failed: unknown[] = [];
  const listener = (reason: unknown) => failed.push(reason);
  process.on("unhandledRejection", listener);
  const reads = async (given: Tensor) => {
    await given.sum().item();
    return given;
  };
  const expected =
    "a Promise as the result of the function, expected a Tensor; or a list of Tensors; nothing waits";
  expect(() => compile(wrong(reads))(wrong(x))).toThrow(expected);
  expect(() => explain(wrong(reads), wrong(x))).toThrow(expected);
  expect(() => compile(() => [wrong(reads(x))])()).toThrow("received a Promise as element 0");
  expect(() => custom({ forward: reads })).toThrow("a Promise as the result of forward");
  const body = async (_: Tensor[], [each]: Tensor[]) => ({
    carries: [],
    outputs: [await reads(each as Tensor)],
  });
  expect(() => scan(wrong(body), { carries: [], sequences: [sequence] })).toThrow(
    "a Promise as the result of the body",
  );
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off("unhandledRejection", listener);
  expect(failed).toEqual([]);
});
