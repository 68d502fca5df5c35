import { describe, expect, test } from "vitest";
import {
  compilerPasses,
  explain,
  gradients,
  nn,
  type PassGraph,
  type Tensor,
  zeros,
} from "../../src/index.js";

const primitivesOf = ({ nodes }: PassGraph): string[] => nodes.map(({ primitive }) => primitive);

describe("what the passes make of a function, as data", () => {
  test("equal nodes become one, which says what it stands for", () => {
    const { captured, simplified } = compilerPasses((x) => x.exp().add(x.exp()), zeros([4, 3]));
    expect(primitivesOf(captured)).toEqual(["input", "exp", "exp", "add"]);
    expect(simplified.nodes).toMatchObject([
      { primitive: "input", detail: "0", inputs: [], shape: [4, 3], dtype: "float32", from: [0] },
      { primitive: "exp", inputs: [0], from: [1, 2] },
      { primitive: "add", inputs: [1, 1], from: [3] },
    ]);
    expect([captured.outputs, simplified.outputs]).toEqual([[3], [2]]);
  });

  test("a value that two loops compute stands twice, with one origin", () => {
    const { recomputed, simplified } = compilerPasses(
      (x) => {
        const opened = x.relu().add(1);
        return [opened.exp().sum(0), opened.mul(x).sum(1)];
      },
      zeros([64, 64]),
    );
    const origins = recomputed.nodes.map(({ from }) => from[0]);
    expect(recomputed.nodes.length).toBeGreaterThan(simplified.nodes.length);
    expect(origins.every((each) => each !== undefined)).toBe(true);
    for (const { primitive, from } of recomputed.nodes) {
      expect(simplified.nodes[from[0] as number]?.primitive).toBe(primitive);
    }
  });

  test("element-wise operations share a unit; leaves and views have none", () => {
    const { recomputed, units, instructions, joinedProducts } = compilerPasses(
      (x) => x.matmul(x.transpose()).relu().mul(2),
      zeros([8, 8]),
    );
    const unitOf = (primitive: string) => units[primitivesOf(recomputed).indexOf(primitive)];
    expect(unitOf("relu")).toBe(unitOf("multiply"));
    expect(unitOf("relu")).not.toBe(unitOf("matmul"));
    expect([unitOf("input"), unitOf("permute")]).toEqual([null, null]);
    expect(instructions).toBeGreaterThan(0);
    expect(joinedProducts).toBeLessThanOrEqual(instructions);
  });

  test("a loop names what its body does", () => {
    const lstm = new nn.LSTM(3, 2);
    const { captured, recomputed } = compilerPasses(
      (x) => lstm.forward(x).output,
      zeros([4, 5, 3]),
    );
    for (const { nodes } of [captured, recomputed]) {
      const [loop] = nodes.filter(({ primitive }) => primitive === "scan");
      expect(loop?.detail).toBe("5 times");
      expect(loop?.body).toEqual(expect.arrayContaining(["matmul", "sigmoid", "tanh"]));
    }
  });

  test("a backward pass, with as many nodes as `explain` writes", () => {
    const layer = new nn.Linear(4, 2);
    const step = (x: Tensor) => gradients(layer.forward(x).tanh().sum(), [layer.weight]);
    const { captured } = compilerPasses(step, zeros([3, 4]));
    const [text = ""] = explain(step, zeros([3, 4])).split("== simplify");
    expect(captured.nodes).toHaveLength(
      text.split("\n").filter((line) => line.startsWith("%")).length,
    );
    expect(captured.nodes.filter(({ primitive }) => primitive === "state")).toHaveLength(2);
  });

  test("the function has to be one", () => {
    expect(() => compilerPasses("relu" as never)).toThrow(/^compilerPasses: .*the function/);
  });
});
