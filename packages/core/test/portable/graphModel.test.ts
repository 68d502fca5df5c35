import {
  ArgumentError,
  Buffer,
  compile,
  DTypeError,
  GraphModel,
  nn,
  noGradient,
  Parameter,
  RunTimeScalar,
  rand,
  ShapeError,
  storedSamples,
  type Tensor,
  TensorDataset,
  tensor,
  zeros,
} from "@versant/core";
import { describe, expect, test } from "vitest";
import { architectures, indices, numbers } from "./architectures.js";

/** Written down and read again. */
function again(traced: GraphModel): GraphModel {
  return GraphModel.fromJSON(JSON.parse(JSON.stringify(traced)), traced.stateDict());
}

describe.each(architectures)("$name", ({ make, inputs, options }) => {
  test("answers with the same bits for any sizes, compiled and eager", () => {
    const model = make();
    const traced = GraphModel.trace(model, inputs(2, 7), options);
    const read = again(traced);
    expect(model.training).toBe(true);
    model.eval();
    const original = compile((...x: Tensor[]) => model.forward(...x));
    const portable = compile((...x: Tensor[]) => read.forward(...x));
    for (const samples of [1, 4, 17]) {
      for (const steps of options ? [1, 9, 7] : [7]) {
        const x = inputs(samples, steps);
        const expected = original(...x);
        const answer = portable(...x);
        expect(answer.shape).toEqual(expected.shape);
        expect(answer.dataSync()).toEqual(expected.dataSync());
      }
    }
    const x = inputs(4, 9);
    expect(read.forward(...x).dataSync()).toEqual(model.forward(...x).dataSync());
    // What comes of reading is what was written.
    expect(JSON.stringify(read)).toBe(JSON.stringify(traced));
  });
});

describe("what a graph is made of", () => {
  test("states keep their names and values, and are its own", () => {
    const model = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4));
    const traced = GraphModel.trace(model, [numbers([2, 3])]);
    expect([...traced.namedParameters().keys()].sort()).toEqual([
      ...["layers.0.bias", "layers.0.weight", "layers.1.bias", "layers.1.weight"],
    ]);
    // How many batches there were is in no answer.
    expect([...traced.namedBuffers().keys()].sort()).toEqual([
      "layers.1.runningMean",
      "layers.1.runningVariance",
    ]);
    const before = traced.stateDict().get("layers.0.weight")?.dataSync();
    model
      .namedParameters()
      .get("layers.0.weight")
      ?.assign(zeros([4, 3]));
    expect(traced.stateDict().get("layers.0.weight")?.dataSync()).toEqual(before);
    expect(traced.training).toBe(false);
  });

  test("begins with what the dataset stores", () => {
    const dataset = new TensorDataset(
      { image: indices([6, 4], 256, "uint8"), label: indices([6], 3) },
      { transform: (image, label) => [image.cast("float32").div(255).sub(0.5), label] },
    );
    const model = new nn.Linear(4, 3);
    const { columns, transform } = storedSamples(dataset);
    const traced = GraphModel.trace(
      (...stored) => model.forward(transform(...stored)[0] as Tensor),
      columns.map(({ shape, dtype }) => zeros([2, ...shape], dtype)),
      { model, names: columns.map(({ name }) => name) },
    );
    expect(traced.inputs).toEqual([{ name: "image", dtype: "uint8", shape: [[[1, "N"]], 4] }]);
    const [x] = dataset.take(tensor(Int32Array.of(4, 1)));
    const image = indices([6, 4], 256, "uint8").take(tensor(Int32Array.of(4, 1)));
    expect(again(traced).forward(image).dataSync()).toEqual(model.forward(x).dataSync());
  });

  test("keeps constants: small ones in the document, large ones once in the state", () => {
    const large = numbers([10, 10]);
    const small = tensor([-0, Number.NaN, Infinity, -Infinity, 1 / 3, 0, 1, 2, 3, 4]);
    const elsewhere = new Parameter(numbers([10]));
    const traced = GraphModel.trace(
      (x) => x.matmul(large).matmul(large).mul(0).add(small).div(-0).add(elsewhere),
      [numbers([2, 10])],
    );
    expect([...traced.stateDict().keys()]).toEqual(["constant.0", "constant.1"]);
    const x = numbers([3, 10], 7);
    const expected = x.matmul(large).matmul(large).mul(0).add(small).div(-0).add(elsewhere);
    expect(again(traced).forward(x).dataSync()).toEqual(expected.dataSync());
    expect(JSON.stringify(traced)).toContain(
      '["-0","NaN","Infinity","-Infinity",0.3333333432674408,',
    );
  });

  test("a name of the model is none of a constant", () => {
    const model = new (class extends nn.Module {
      readonly constant = [new Parameter(numbers([50]))];
      forward(x: Tensor): Tensor {
        return x
          .add(numbers([50], 2))
          .mul(this.constant[0] as Tensor)
          .add(numbers([50], 3));
      }
    })();
    const traced = GraphModel.trace(model, [numbers([2, 50])]);
    expect([...traced.stateDict().keys()].sort()).toEqual([
      "constant.0",
      "constant.1",
      "constant.2",
    ]);
    const x = numbers([3, 50]);
    expect(again(traced).forward(x).dataSync()).toEqual(model.forward(x).dataSync());
  });

  test("numbers may be sizes: means over steps", () => {
    const traced = GraphModel.trace(
      (x) => x.mean(1).add(x.variance(1, { correction: 1 })),
      [numbers([2, 7])],
      {
        axes: [["N", "T"]],
      },
    );
    const x = numbers([3, 5]);
    const expected = x.mean(1).add(x.variance(1, { correction: 1 }));
    expect(again(traced).forward(x).dataSync()).toEqual(expected.dataSync());
  });

  test("goes on learning, as its parameters are parameters", () => {
    const model = new nn.Linear(3, 2);
    const read = again(GraphModel.trace(model, [numbers([2, 3])]));
    for (const each of [model as nn.Module<Tensor[]>, read])
      each
        .forward(numbers([4, 3]))
        .square()
        .sum()
        .backward();
    expect(read.namedParameters().get("weight")?.grad?.dataSync()).toEqual(
      model.weight.grad?.dataSync(),
    );
  });

  test("nothing that only gradients need is in it", () => {
    const traced = GraphModel.trace((x) => x.softmax(1), [numbers([2, 3])]);
    const primitives = traced.toJSON().nodes.map(({ primitive }) => primitive as string);
    expect(primitives).not.toContain("detach");
    expect(primitives).not.toContain("custom");
  });

  test("the digit reader takes a few kB", () => {
    const widths = [784, 40, 40, 40, 40, 40, 10];
    const layers = widths
      .slice(1)
      .map((width, index) => new nn.Linear(widths[index] as number, width));
    const model = new nn.Sequential(...layers);
    const traced = GraphModel.trace(
      (x) => model.forward(x.cast("float32").div(255)),
      [zeros([2, 784], "uint8")],
      { model },
    );
    expect(JSON.stringify(traced).length).toBeLessThan(6000);
  });
});

describe("refusals", () => {
  const [left, right] = ["left", "right"].map((name) => new Buffer(tensor(2), name)) as [
    Buffer,
    Buffer,
  ];
  const trace =
    (fn: (...x: Tensor[]) => Tensor, ...rest: [object?]) =>
    () =>
      GraphModel.trace(fn, [numbers([3, 4])], ...rest);

  test.each([
    [
      "another operation for another size",
      trace((x) => ((x.shape[0] as number) % 2 ? x.exp() : x.tanh())),
      "exp (3, 4) at N = 3 is tanh (2, 4) at N = 2, expected the same operations for every size",
    ],
    [
      "more operations",
      trace((x) => Array.from({ length: x.shape[0] as number }).reduce<Tensor>((y) => y.exp(), x)),
      "exp (3, 4) at N = 3 is nothing at N = 2",
    ],
    [
      "other operands",
      trace((x) => {
        const y = x.exp();
        return (x.shape[0] === 3 ? x : y).sub(y);
      }),
      "of other operands at N = 2, expected",
    ],
    [
      "another state",
      trace((x) => x.mul(x.shape[0] === 3 ? left : right)),
      "at N = 3 is state () of right at N = 2, expected",
    ],
    [
      "a size that is no polynomial",
      trace((x) => x.reshape([-1, 2]).unfold(0, 3, { step: 3 }), { axes: [["N", null]] }),
      "on axis 0 for N = 3",
    ],
    [
      "a number that is no polynomial",
      trace((x) => x.mul(1 / (x.shape[0] as number))),
      "has value 0.333",
    ],
    [
      "numbers made for the size at hand",
      trace((x) => x.add(tensor(Float32Array.from({ length: x.size }), { shape: x.shape }))),
      "is made of numbers that differ with the sizes of the inputs",
    ],
    [
      "random numbers",
      trace((x) => x.add(rand(x.shape))),
      "random (3, 4) draws random numbers in evaluation mode",
    ],
    [
      "a run-time scalar",
      trace((x) => x.mul(new RunTimeScalar(2).tensor())),
      "is a RunTimeScalar, which another process does not have",
    ],
    [
      "a state that changes",
      trace(
        ((count) => (x: Tensor) => {
          count.assign(count.add(1));
          return x.mul(count);
        })(new Buffer(tensor(1), "count")),
      ),
      "the forward pass gives count another value in evaluation mode",
    ],
    [
      "a result that is none",
      trace((() => 3) as never),
      "received 3 as the result, expected a Tensor",
    ],
    ["an answer from nothing", trace(() => zeros([2])), "the answer depends on no input"],
    [
      "more axes than there are",
      trace((x) => x, { axes: [["N", "T", "H"]] }),
      "received 3 axes for input 0, expected at most 2",
    ],
    [
      "axes of another number of inputs",
      trace((x) => x, { axes: [["N"], ["N"]] }),
      "expected a list for each of 1 inputs",
    ],
    [
      "names of another number",
      trace((x) => x, { names: ["a", "b"] }),
      "expected a different text for each of 1 inputs",
    ],
    ["an unknown option", trace((x) => x, { dynamic: true }), 'received an option named "dynamic"'],
    [
      "nothing to trace",
      () => GraphModel.trace(3 as never, []),
      "expected a Function; or a Module",
    ],
    ["no example", () => GraphModel.trace((x) => x, []), "received no example"],
    [
      "a symbol of two sizes",
      () => GraphModel.trace((x, y) => x.add(y), [numbers([3]), numbers([4])]),
      "in which N is 3 and 4, expected one size",
    ],
    [
      "an axis of an input that is not read",
      () =>
        GraphModel.trace((x) => x, [numbers([3]), numbers([3, 5])], {
          axes: [["N"], ["N", "T"]],
        }),
      "the answer depends on no input with an axis T",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });

  test("inputs that are not those of the document", () => {
    const traced = GraphModel.trace((x, y) => x.add(y), [numbers([3, 4]), numbers([3, 4])], {
      axes: [
        ["N", "T"],
        ["N", "T"],
      ],
      names: ["left", "right"],
    });
    expect(() => traced.forward(numbers([2, 2]))).toThrow(
      new ArgumentError("GraphModel: received 1 inputs, expected 2: left (N, T), right (N, T)."),
    );
    expect(() => traced.forward(numbers([2, 5]), numbers([2, 6]))).toThrow(
      new ShapeError(
        "GraphModel: received shape (2, 6) as right, expected (N, T) with N = 2, T = 5.",
      ),
    );
    expect(() => traced.forward(numbers([2]), numbers([2]))).toThrow("received shape (2,) as left");
    expect(() => traced.forward(zeros([2, 5], "int32"), numbers([2, 5]))).toThrow(DTypeError);
    expect(() => traced.forward([1] as never, numbers([2, 5]))).toThrow(
      "received a list of 1 as left",
    );
  });

  test("the modes of a model are put back, whatever happens", () => {
    const model = new nn.Sequential(new nn.Linear(4, 4), new nn.Dropout(0.5));
    model.modules()[1]?.eval();
    const modes = () => model.modules().map(({ training }) => training);
    const before = modes();
    expect(() =>
      GraphModel.trace((x) => model.forward(x).add(rand([1])), [numbers([2, 4])], {
        model,
      }),
    ).toThrow();
    expect(modes()).toEqual(before);
    GraphModel.trace((x) => noGradient(() => model.forward(x)), [numbers([2, 4])], {
      model,
    });
    expect(modes()).toEqual(before);
  });
});
