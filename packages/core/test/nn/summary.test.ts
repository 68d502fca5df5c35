import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Shape } from "../../src/array/index.js";
import {
  Conv2d,
  Dropout,
  Embedding,
  Linear,
  LSTM,
  MemoryNetwork,
  Module,
  MultiheadAttention,
  Parameter,
  ReLU,
  Sequential,
  summary,
} from "../../src/nn/index.js";
import {
  ones,
  randomState,
  scan,
  slice,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";

/** Linear layers of the given widths with ReLU between them. */
const mlp = (...widths: number[]): Sequential =>
  new Sequential(
    ...widths.slice(1).flatMap((width, index): Module[] => {
      const layer = new Linear(widths[index] as number, width);
      return index < widths.length - 2 ? [layer, new ReLU()] : [layer];
    }),
  );

test.each([
  [[2, 16, 16, 16, 1], [48, 272, 272, 17], 609, 560],
  [[784, 40, 40, 40, 40, 40, 10], [31_400, 1640, 1640, 1640, 1640, 410], 38_370, 38_160],
  [[2, 40, 40, 40, 40, 40, 1], [120, 1640, 1640, 1640, 1640, 41], 6721, 6520],
])("golden counts of %j", (widths, counts, total, multiplyAdds) => {
  const result = summary(mlp(...widths), [64, widths[0] as number]);
  const linear = result.rows.filter(({ type }) => type.startsWith("Linear"));
  expect(linear.map(({ parameters }) => parameters)).toEqual(counts);
  expect(linear.map(({ outputShapes }) => outputShapes)).toEqual(
    widths.slice(1).map((width) => [[64, width]]),
  );
  expect(result).toMatchObject({ total, trainable: total, frozen: 0, parameterBytes: 4 * total });
  expect(result.multiplyAdds).toBe(64 * multiplyAdds);
});

test("golden multiply-adds of a sample of Linear(784, 40)", () => {
  expect(summary(new Linear(784, 40), [1, 784]).multiplyAdds).toBe(31_360);
  expect(summary(new Linear(784, 40), [784]).multiplyAdds).toBe(31_360);
  expect(summary(new Linear(784, 40), [2, 3, 784]).multiplyAdds).toBe(6 * 31_360);
});

test("prints a table", () => {
  const model = mlp(2, 16, 1);
  (model.layers[0] as Linear).freeze();
  expect(summary(model, [1, 2]).toString()).toBe(
    [
      "path      layer          output shape  parameters  multiply-adds  activations",
      "-----------------------------------------------------------------------------",
      "layers.0  Linear(2, 16)  (1, 16)               48             32         64 B",
      "layers.1  ReLU           (1, 16)                0              0         64 B",
      "layers.2  Linear(16, 1)  (1, 1)                17             16          4 B",
      "-----------------------------------------------------------------------------",
      "65 parameters (260 B): 17 trainable, 48 frozen",
      "48 multiply-adds, 132 B of activations for float32 (1, 2)",
    ].join("\n"),
  );
});

test("a container's own parameters, shared layers and layers that are never called", () => {
  class Odd extends Module {
    unused = new Linear(2, 5);
    shared = new Linear(2, 2);
    offset = new Parameter(ones([2]));
    tied = this.offset;

    forward(x: Tensor): Tensor {
      return this.shared.forward(this.shared.forward(x)).add(this.offset);
    }
  }
  const result = summary(new Odd(), [3, 2]);
  expect(result.rows.map((row) => Object.values(row))).toEqual([
    ["", "Odd", [[3, 2]], 2, 0, 24],
    ["shared", "Linear(2, 2)", [[3, 2]], 6, 24, 48],
    ["unused", "Linear(2, 5)", null, 15, 0, 0],
  ]);
  expect(result.total).toBe(23);
  expect(String(result)).toContain("not called");
});

/** A part of every kind of cost: own products, a loop with a layer in its body, several tensors. */
class Decoder extends Module<[queries: Tensor, memory: Tensor]> {
  query = new Linear(4, 6);
  cell = new Linear(6, 6);
  output = new Linear(6, 2);

  forward(queries: Tensor, memory: Tensor): Tensor {
    const scores = this.query.forward(queries).matmul(memory.transpose()).softmax();
    const { outputs } = scan(
      ([h], [x]) => {
        const next = this.cell.forward((h as Tensor).add(x as Tensor)).tanh();
        return { carries: [next], outputs: [next] };
      },
      { carries: [zeros([6])], sequences: [scores.matmul(memory)] },
    );
    return this.output.forward(outputs[0] as Tensor);
  }
}

describe("costs", () => {
  test("are those of the layer itself, in a loop as often as it runs", () => {
    const { rows, multiplyAdds } = summary(new Decoder(), [5, 4], [3, 6]);
    expect(rows.map((row) => [row.name, row.multiplyAdds])).toEqual([
      ["", 2 * 5 * 3 * 6],
      ["query", 5 * 4 * 6],
      ["cell", 5 * 6 * 6],
      ["output", 5 * 6 * 2],
    ]);
    expect(multiplyAdds).toBe(180 + 120 + 180 + 60);
  });

  test("of a batched product count every matrix of the batch", () => {
    class Scores extends Module<[Tensor, Tensor]> {
      forward(a: Tensor, b: Tensor): Tensor {
        return a.matmul(b);
      }
    }
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 5, maxLength: 5 }),
        (sizes) => {
          const [batch, heads, m, k, n] = sizes as [number, number, number, number, number];
          const { multiplyAdds } = summary(new Scores(), [batch, heads, m, k], [heads, k, n]);
          expect(multiplyAdds).toBe(batch * heads * m * k * n);
        },
      ),
    );
  });

  test("of products that nobody uses, and of the backward pass, are none", () => {
    class Idle extends Module {
      layer = new Linear(2, 2);
      forward(x: Tensor): Tensor {
        x.matmul(ones([2, 7]));
        return this.layer.forward(x);
      }
    }
    expect(summary(new Idle(), [1, 2]).multiplyAdds).toBe(4);
  });

  test("activations: what is another way of reading counts once", () => {
    class Passing extends Module {
      layer = new Linear(6, 4);
      table = new Parameter(ones([3, 4]));
      rearrange = new Rearrange();
      positions = new Positions(this.table);
      forward(x: Tensor): Tensor {
        const y = this.rearrange.forward(this.layer.forward(this.rearrange.forward(x)));
        return y.add(this.positions.forward());
      }
    }
    class Rearrange extends Module {
      forward(x: Tensor): Tensor {
        return x
          .transpose()
          .reshape([-1, x.shape[0] as number])
          .transpose();
      }
    }
    class Positions extends Module {
      constructor(readonly table: Parameter) {
        super();
      }
      forward(): Tensor {
        return this.table.at(slice(0, 2));
      }
    }
    const { rows, activationBytes } = summary(new Passing(), [2, 6]);
    const bytes = new Map(rows.map((row) => [row.name, row.activationBytes]));
    expect(bytes).toEqual(
      new Map([
        ["", 32],
        ["rearrange", 0],
        ["layer", 32],
        ["positions", 0],
      ]),
    );
    expect(activationBytes).toBe(64);
  });
});

describe("layers of every kind", () => {
  const words = { shape: [1, 12], dtype: "int32" } as const;

  test("a convolution takes a product for each place of each window", () => {
    const { multiplyAdds, total } = summary(new Conv2d(3, 16, 3), [1, 3, 32, 32]);
    expect([multiplyAdds, total]).toEqual([16 * 30 * 30 * 3 * 3 * 3, 448]);
    const grouped = summary(new Conv2d(8, 16, 3, { groups: 2 }), [2, 8, 7, 7]);
    expect(grouped.multiplyAdds).toBe(2 * 16 * 5 * 5 * 4 * 3 * 3);
  });

  test("a recurrent layer runs cells that nobody calls, for every step", () => {
    class Reader extends Module {
      embedding = new Embedding(100, 16);
      rnn = new LSTM(16, 8, { layers: 2 });
      output = new Linear(8, 3);
      forward(x: Tensor): Tensor {
        const { output } = this.rnn.forward(this.embedding.forward(x));
        return this.output.forward(output.mean(1));
      }
    }
    const result = summary(new Reader(), words);
    expect(
      result.rows.map(({ name, outputShapes, multiplyAdds }) => [name, outputShapes, multiplyAdds]),
    ).toEqual([
      ["embedding", [[1, 12, 16]], 0],
      [
        "rnn",
        [
          [1, 12, 8],
          [2, 1, 8],
          [2, 1, 8],
        ],
        12 * 4 * 8 * (16 + 8 + 8 + 8),
      ],
      ["output", [[1, 3]], 24],
      ["rnn.cells.0", [], 0],
      ["rnn.cells.1", [], 0],
    ]);
    expect(String(result)).toMatch(/LSTM\(16, 8\) +\(1, 12, 8\), … /);
    expect(String(result)).not.toContain("not called");
  });

  test("attention multiplies queries with keys, and weights with values", () => {
    const { rows } = summary(new MultiheadAttention(16, 4), [1, 12, 16], [1, 9, 16], [1, 9, 16]);
    expect(rows.map(({ name, multiplyAdds }) => [name, multiplyAdds])).toEqual([
      ["", 2 * 12 * 9 * 16],
      ["query", 12 * 16 * 16],
      ["key", 9 * 16 * 16],
      ["value", 9 * 16 * 16],
      ["output", 12 * 16 * 16],
    ]);
  });

  test("a memory network reads two inputs", () => {
    const story = { shape: [1, 5, 6], dtype: "int32" } as const;
    const { rows, total } = summary(new MemoryNetwork(30, 8), story, {
      shape: [1, 4],
      dtype: "int32",
    });
    expect(total).toBe(4 * 30 * 8);
    expect(rows.find(({ name }) => name === "")?.outputShapes).toEqual([[1, 30]]);
  });
});

describe("inputs", () => {
  class Lookup extends Module<[words: Tensor, table: Tensor], { output: Tensor; state: Tensor[] }> {
    layer = new Linear(4, 2);

    forward(words: Tensor, table: Tensor): { output: Tensor; state: Tensor[] } {
      const rows = table.take(words);
      return { output: this.layer.forward(rows), state: [rows.sum(0), rows.argmax()] };
    }
  }
  const table = [10, 4];

  test.each([
    ["a spec", { shape: [3, 5], dtype: "int32" }, [3, 5]],
    ["a tensor", tensor(Int32Array.of(1, 2)), [2]],
  ] as const)("may be several, and integers by %s", (_, words, lengths) => {
    const { rows } = summary(new Lookup(), words, table);
    expect(rows.map(({ name, outputShapes }) => [name, outputShapes])).toEqual([
      ["", [[...lengths, 2], [...lengths.slice(1), 4], lengths]],
      ["layer", [[...lengths, 2]]],
    ]);
  });

  test.each([
    [
      [],
      "summary: received 0 of the 2 inputs that Lookup.forward takes, expected the shape of each",
    ],
    [[[3]], "received 1 of the 2 inputs"],
    [[7, table], "received 7 as input 0, expected a plain object of shape, dtype"],
    [[{ size: [3] }, table], 'received an option named "size", expected names among shape, dtype'],
    [[[3], [-1, 4]], "received shape (-1, 4)"],
    [[{ shape: [3], dtype: "int" }, table], 'received dtype "int"'],
    [[[3], table], "take: received indices of dtype float32"],
  ])("that do not fit are refused: %j", (inputs, message) => {
    expect(() => summary(new Lookup(), ...(inputs as Shape[]))).toThrow(message);
  });

  test("need a module", () => {
    expect(() => summary({} as Module, [1])).toThrow(
      "summary: received a plain object as the model, expected a Module",
    );
  });
});

test("a table that would be wider than 100 columns cuts what layers are called", () => {
  class LongNamed extends Module {
    layerWithAVeryLongNameIndeed = new Linear(1, 1);
    forward(x: Tensor): Tensor {
      return this.layerWithAVeryLongNameIndeed.forward(x);
    }
    override toString(): string {
      return `LongNamed(${"and more, ".repeat(9)})`;
    }
  }
  class Outer extends Module {
    inner = new LongNamed();
    readonly offset = new Parameter(ones([1]));
    forward(x: Tensor): Tensor {
      return this.inner.forward(x).add(this.offset);
    }
    override toString(): string {
      return this.inner.toString();
    }
  }
  const lines = String(summary(new Outer(), [1, 1])).split("\n");
  expect(Math.max(...lines.map(({ length }) => length))).toBe(100);
  expect(lines[2]).toMatch(/^ +LongNamed… {2}\(1, 1\)/);
});

test("leaves the model and the stream of random draws as they were", () => {
  const model = new Sequential(new Linear(2, 2), new Dropout());
  const [layer, dropout] = model.layers as [Linear, Dropout];
  layer.eval();
  const before = randomState();
  summary(model, [1, 2]);
  expect(randomState()).toEqual(before);
  expect([model.training, layer.training, dropout.training]).toEqual([true, false, true]);
  expect(Object.hasOwn(layer, "forward")).toBe(false);
});

test("an input that does not fit is the layer's error, and the model is left as it was", () => {
  const model = mlp(2, 3, 1);
  expect(() => summary(model, [1, 4])).toThrow("received shape (1, 4), expected (..., 2)");
  expect(Object.hasOwn(model, "forward")).toBe(false);
  expect(model.training).toBe(true);
});

test("a forward that is an arrow property survives", () => {
  class Arrow extends Module {
    layer = new Linear(1, 1);
    override forward = (x: Tensor): Tensor => this.layer.forward(x);
  }
  const model = new Arrow();
  const { forward } = model;
  expect(summary(model, [1, 1]).total).toBe(2);
  expect(model.forward).toBe(forward);
});
