import { beforeAll, describe, expect, it } from "vitest";
import { useDevice } from "../../src/device/index.js";
import {
  customOperation,
  noGradient,
  Parameter,
  rand,
  scan,
  type Tensor,
  tensor,
} from "../../src/tensor/index.js";
import { gradcheck } from "../../src/testing/gradcheck.js";

beforeAll(async () => {
  await useDevice("reference");
});

describe("gradcheck", () => {
  const x = tensor([
    [0.5, -1.25, 2],
    [1.5, 0.75, -0.5],
  ]);

  it("passes where the gradient is right, in float32 as well", () => {
    gradcheck((a) => a.softmax().log(), [x]);
    gradcheck((a, b) => a.matmul(b.transpose()).tanh(), [x, tensor([[1, 2, 3]])]);
  });

  it("checks parameters that the function reads by itself", () => {
    const weight = new Parameter(tensor([[1], [2], [3]]));
    gradcheck(() => x.matmul(weight).sigmoid(), [weight]);
  });

  it("refuses to check nothing", () => {
    const weight = new Parameter(tensor([1, 2, 3]));
    expect(() => gradcheck((a) => a.exp(), [x, weight])).toThrow(
      "gradcheck: the function's result does not depend on floating input 1; nothing would be " +
        "checked. Use the input, or leave it out.",
    );
    // The result depends on the weight, and its gradient was refused.
    expect(() => gradcheck(() => noGradient(() => x.mul(weight)), [weight])).toThrow(
      "gradcheck: for element [0] of input 0",
    );
  });

  it("leaves integers alone, and takes values that were read before", () => {
    const noise = rand([2, 3]).mul(2);
    noise.dataSync();
    const rows = tensor(Int32Array.of(1, 0, 1));
    gradcheck((a, indices) => a.mul(noise).take(indices).exp(), [x, rows]);
  });

  it("follows loops", () => {
    gradcheck(
      (sequence, start, factor) => {
        const { carries } = scan(
          ([state], [each]) => ({
            carries: [
              (state as Tensor)
                .mul(factor)
                .add(each as Tensor)
                .tanh(),
            ],
            outputs: [],
          }),
          { carries: [start], sequences: [sequence] },
        );
        return carries[0] as Tensor;
      },
      [x, tensor([0.1, 0.2, 0.3]), tensor([1, -1, 0.5])],
    );
  });

  it("names what is wrong: input, element, gradient and difference", () => {
    const wrong = customOperation({
      name: "wrong",
      forward: (a: Tensor, b: Tensor) => a.mul(b),
      backward: (gradient, { inputs: [a] }) => [null, gradient.mul(a).mul(2)],
    });
    expect(() =>
      gradcheck(
        (b) => wrong(x.detach(), b),
        [
          tensor([
            [2, 2, 2],
            [2, 2, 2],
          ]),
        ],
      ),
    ).toThrow(
      /^gradcheck: for element \[0,0\] of input 0, of shape \(2, 3\), the gradient is 1\.34\d+ where differences give 0\.67\d+ \(epsilon 0\.000001, tolerance 0\.00001\); the backward is wrong, or the function has a kink there\.$/,
    );
  });

  it.each<[readonly unknown[], string]>([
    [[], "gradcheck: received undefined as the function, expected a Function."],
    [
      [(a: Tensor) => a],
      "gradcheck: received undefined as the inputs, expected a list of Tensors.",
    ],
    [
      [(a: Tensor) => a, x],
      "gradcheck: received a Tensor as the inputs, expected a list of Tensors.",
    ],
    [[(a: Tensor) => a, [3]], "gradcheck: received 3 as element 0 of the inputs"],
    [[(a: Tensor) => a, [x], { eps: 1 }], 'gradcheck: received an option named "eps"'],
    [[() => 3, [x]], "gradcheck: received 3 as the result of the function, expected a Tensor."],
    [
      [async (a: Tensor) => a, [x]],
      "gradcheck: received a Promise as the result of the function, expected a Tensor; nothing waits",
    ],
  ])("refuses what it cannot check, %#", (given, message) => {
    expect(() => (gradcheck as (...parts: readonly unknown[]) => void)(...given)).toThrow(message);
  });

  it("needs a floating input", () => {
    expect(() => gradcheck(() => x, [tensor(Int32Array.of(1))])).toThrow(
      "gradcheck: received no floating input, expected at least one.",
    );
  });

  it("takes the caller's tolerance", () => {
    const kink = tensor([1e-7]);
    expect(() => gradcheck((a) => a.abs(), [kink])).toThrow("element [0] of input 0");
    gradcheck((a) => a.abs(), [kink], { epsilon: 1e-8 });
    gradcheck((a) => a.abs(), [kink], { tolerance: 10 });
  });
});
