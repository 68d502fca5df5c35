import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, type Shape, ShapeError, sizeOf } from "../../src/array/index.js";
import * as nn from "../../src/nn/index.js";
import {
  compile,
  gradients,
  manualSeed,
  ones,
  randn,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";
import { gradcheck } from "../../src/testing/index.js";
import { expectElements, leaf } from "./values.js";

const { conv1d, conv2d, convTranspose1d, convTranspose2d } = nn.functional;

/** Elements 1, 2, 3, ... */
const counting = (shape: Shape, requiresGrad = false): Tensor =>
  tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, index) => index + 1),
    { shape, requiresGrad },
  );

interface Plan {
  readonly x: Shape;
  readonly weight: Shape;
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

/** Every pair of an input and an output that a weight joins: what a convolution is. */
function forEachProduct(
  { x, weight, stride, padding, dilation, groups }: Plan,
  out: Shape,
  visit: (input: number, w: number, output: number) => void,
): void {
  const [samples, , height, width] = x as [number, number, number, number];
  const [channels, depth, kernelHeight, kernelWidth] = weight as [number, number, number, number];
  const [, , outHeight, outWidth] = out as [number, number, number, number];
  for (let n = 0; n < samples; n++)
    for (let o = 0; o < channels; o++)
      for (let c = 0; c < depth; c++)
        for (let i = 0; i < outHeight; i++)
          for (let j = 0; j < outWidth; j++)
            for (let k = 0; k < kernelHeight; k++)
              for (let l = 0; l < kernelWidth; l++) {
                const row = i * stride[0] + k * dilation[0] - padding[0];
                const column = j * stride[1] + l * dilation[1] - padding[1];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const channel = Math.floor(o / (channels / groups)) * depth + c;
                const input = ((n * depth * groups + channel) * height + row) * width + column;
                const w = ((o * depth + c) * kernelHeight + k) * kernelWidth + l;
                visit(input, w, ((n * channels + o) * outHeight + i) * outWidth + j);
              }
}

const pair = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

/** Convolutions whose kernel fits, with the sizes of their output. */
const plans = fc
  .record({
    samples: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 3 }),
    depth: fc.integer({ min: 1, max: 2 }),
    outputs: fc.integer({ min: 1, max: 2 }),
    kernel: pair(1, 3),
    extra: pair(0, 4),
    stride: pair(1, 3),
    padding: pair(0, 2),
    dilation: pair(1, 2),
  })
  .map(({ samples, groups, depth, outputs, kernel, extra, stride, padding, dilation }) => {
    const spans = kernel.map((size, axis) => (dilation[axis] as number) * (size - 1) + 1);
    const sizes = spans.map((span, axis) =>
      Math.max(1, span + (extra[axis] as number) - 2 * (padding[axis] as number)),
    );
    const out = sizes.map((size, axis) => {
      const room = size + 2 * (padding[axis] as number) - (spans[axis] as number);
      return Math.floor(room / (stride[axis] as number)) + 1;
    });
    const plan: Plan = {
      x: [samples, depth * groups, ...sizes],
      weight: [outputs * groups, depth, ...kernel],
      stride,
      padding,
      dilation,
      groups,
    };
    return { plan, out: [samples, outputs * groups, ...out] };
  });

describe("conv2d", () => {
  test("is the sum over the window, with its gradients, whatever the options", () => {
    fc.assert(
      fc.property(plans, ({ plan, out }) => {
        const [x, weight] = [counting(plan.x, true), counting(plan.weight, true)];
        const [values, weights, seeds] = [x, weight, counting(out)].map((each) => each.dataSync());
        const expected = new Float64Array(sizeOf(out));
        const ofInput = new Float64Array(x.size);
        const ofWeight = new Float64Array(weight.size);
        const raise = (sums: Float64Array, index: number, a = Number.NaN, b = Number.NaN): void => {
          sums[index] = (sums[index] as number) + a * b;
        };
        forEachProduct(plan, out, (input, w, output) => {
          raise(expected, output, values?.[input], weights?.[w]);
          raise(ofInput, input, seeds?.[output], weights?.[w]);
          raise(ofWeight, w, seeds?.[output], values?.[input]);
        });
        const { stride, padding, dilation, groups } = plan;
        const y = conv2d(x, weight, { stride, padding, dilation, groups });
        expect(y.shape).toEqual(out);
        expectElements(y, [...expected]);
        const found = gradients(y.multiply(counting(out)).sum(), [x, weight]);
        expectElements(found[0] as Tensor, [...ofInput]);
        expectElements(found[1] as Tensor, [...ofWeight]);
      }),
    );
  });

  test("golden values: the kernel is not flipped", () => {
    const x = counting([1, 1, 3, 3]);
    const weight = tensor([
      [
        [
          [1, 0],
          [0, -1],
        ],
      ],
    ]);
    expectElements(conv2d(x, weight), [-4, -4, -4, -4]);
    expectElements(conv2d(x, weight, { stride: 2, padding: 1 }), [-1, -3, -7, -4]);
    expectElements(conv2d(x, weight, { dilation: 2, bias: tensor([10]) }), [2]);
  });

  test('"same" keeps the sizes, with the odd zero at the end', () => {
    const x = counting([1, 1, 4]);
    expectElements(conv1d(x, ones([1, 1, 2]), { padding: "same" }), [3, 5, 7, 4]);
    expectElements(conv1d(x, ones([1, 1, 3]), { padding: "same" }), [3, 6, 9, 7]);
    const dilated = { padding: "same", dilation: 2 } as const;
    expectElements(conv1d(x, ones([1, 1, 3]), dilated), [4, 6, 4, 6]);
    expectElements(conv1d(x, ones([1, 1, 3]), { padding: "valid" }), [6, 9]);
    const sizes = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(sizes, sizes, sizes, sizes, (height, width, kernel, dilation) => {
        const y = conv2d(zeros([2, 3, height, width]), zeros([1, 3, kernel, 2]), {
          padding: "same",
          dilation: [dilation, 1],
        });
        expect(y.shape).toEqual([2, 1, height, width]);
      }),
    );
  });

  test("of no samples has no elements", () => {
    expect(conv2d(zeros([0, 2, 5, 5]), zeros([3, 2, 3, 3])).shape).toEqual([0, 3, 3, 3]);
  });

  test("depthwise: each channel has its own kernel", () => {
    const x = counting([1, 3, 1, 2]);
    const weight = tensor([1, 10, 100]).reshape([3, 1, 1, 1]);
    expectElements(conv2d(x, weight, { groups: 3 }), [1, 2, 30, 40, 500, 600]);
  });
});

describe("convTranspose2d", () => {
  test("is the transpose of conv2d with the same weight", () => {
    fc.assert(
      fc.property(plans, ({ plan, out }) => {
        const { x, weight, stride, padding, dilation, groups } = plan;
        const [y, w] = [counting(out), counting(weight)];
        const [values, weights] = [y.dataSync(), w.dataSync()];
        // What conv2d leaves over at the end is what outputPadding has to make up for.
        const outputPadding = [0, 1].map((axis) => {
          const span = (dilation[axis] as number) * ((weight[2 + axis] as number) - 1) + 1;
          const back = ((out[2 + axis] as number) - 1) * (stride[axis] as number) + span;
          return (x[2 + axis] as number) + 2 * (padding[axis] as number) - back;
        });
        const expected = new Array<number>(sizeOf(x)).fill(0);
        forEachProduct(plan, out, (input, each, output) => {
          expected[input] =
            (expected[input] as number) + (values[output] as number) * (weights[each] as number);
        });
        const options = { stride, padding, dilation, groups, outputPadding };
        const result = convTranspose2d(y, w, options);
        expect(result.shape).toEqual(x);
        expectElements(result, expected);
      }),
    );
  });

  test("golden values", () => {
    const x = tensor([[[1, 10]]]);
    const weight = tensor([[[1, 2, 3]]]);
    expectElements(convTranspose1d(x, weight), [1, 12, 23, 30]);
    expectElements(convTranspose1d(x, weight, { stride: 2 }), [1, 2, 13, 20, 30]);
    expectElements(convTranspose1d(x, weight, { padding: 1 }), [12, 23]);
    expectElements(
      convTranspose1d(x, weight, { stride: 2, padding: 1, outputPadding: 1, bias: tensor([0.5]) }),
      [2.5, 13.5, 20.5, 30.5],
    );
    expectElements(
      convTranspose1d(x, weight, { dilation: 3, outputPadding: 2 }),
      [1, 10, 0, 2, 20, 0, 3, 30, 0, 0],
    );
  });
});

describe("gradients", () => {
  const x = leaf([
    [
      [0.5, -1, 2, 0.25, 1.5],
      [1, 0.75, -0.5, 2, -1.25],
    ],
  ]);
  const weight = leaf([[[0.5, -0.25]], [[1, 0.75]]]);
  test.each([1, 2])(
    "of gradients: a convolution can be differentiated again (stride %s)",
    (stride) => {
      const options = { stride, padding: 1, groups: 2 };
      for (const convolve of [conv1d, convTranspose1d]) {
        for (const asked of [0, 1]) {
          gradcheck(
            (...inputs) => {
              const [input, kernel] = inputs as [Tensor, Tensor];
              const y = convolve(input, kernel, options);
              return gradients(y.square().sum(), [inputs[asked] as Tensor])[0] as Tensor;
            },
            [x, weight],
          );
        }
      }
    },
  );

  test("are the same compiled", () => {
    manualSeed(1);
    const layer = new nn.Conv2d(2, 3, 3, { padding: 1 });
    const input = randn([2, 2, 5, 4]);
    const kernelGradient = (each: Tensor): Tensor =>
      gradients(layer.forward(each).square().sum(), [layer.weight])[0] as Tensor;
    expectElements(compile(kernelGradient)(input), [...kernelGradient(input).dataSync()]);
  });
});

describe("layers", () => {
  test.each([
    [new nn.Conv1d(4, 6, 3, { groups: 2 }), [6, 2, 3]],
    [new nn.Conv2d(4, 6, [3, 5]), [6, 4, 3, 5]],
    [new nn.ConvTranspose1d(4, 6, 3, { groups: 2 }), [4, 3, 3]],
    [new nn.ConvTranspose2d(4, 6, [3, 5]), [4, 6, 3, 5]],
  ])("%s has the weight of PyTorch", (layer, shape) => {
    expect(layer.weight.shape).toEqual(shape);
    expect(layer.bias?.shape).toEqual([6]);
  });

  test.each([
    [new nn.Conv2d(8, 4, [3, 5], { groups: 2 }), 60],
    [new nn.ConvTranspose2d(8, 4, [3, 5], { groups: 2 }), 30],
  ])("%s starts uniformly within 1 / sqrt(%s)", (layer, fanIn) => {
    const largest = Math.max(...layer.weight.abs().dataSync());
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(fanIn));
    expect(largest).toBeGreaterThan(0.9 / Math.sqrt(fanIn));
    const bias = layer.bias as nn.Parameter;
    expect(Math.max(...bias.abs().dataSync())).toBeLessThanOrEqual(1 / Math.sqrt(fanIn));
  });

  test("an initializer draws the weight, and the bias starts at 0", () => {
    const layer = new nn.Conv1d(1, 2, 2, { initializer: nn.init.constant(3) });
    expectElements(layer.weight, [3, 3, 3, 3]);
    expectElements(layer.bias, [0, 0]);
    expect(new nn.ConvTranspose1d(1, 2, 2, { bias: false }).bias).toBeNull();
    expect(new nn.Conv1d(1, 2, 2, { dtype: "float64" }).weight.dtype).toBe("float64");
  });

  test("are written like the call that makes them", () => {
    expect(String(new nn.Conv2d(3, 16, [3, 3]))).toBe("Conv2d(3, 16, 3)");
    expect(String(new nn.ConvTranspose2d(3, 16, [3, 5]))).toBe("ConvTranspose2d(3, 16, [3, 5])");
  });
});

describe("what is refused", () => {
  test.each<[string, () => unknown]>([
    ["Conv2d(3, 0): received outChannels 0", () => new nn.Conv2d(3, 0, 3)],
    ["Conv2d(1.5, 1): received inChannels 1.5", () => new nn.Conv2d(1.5, 1, 3)],
    [
      "Conv2d(3, 16): received kernelSize 0, expected an integer of at least 1, or a list of 2, one " +
        "for each axis.",
      () => new nn.Conv2d(3, 16, 0),
    ],
    ["kernelSize [3, 3, 3], expected", () => new nn.Conv2d(3, 16, [3, 3, 3])],
    [
      'Conv1d(3, 16): received stride "2", expected an integer of at least 1.',
      () => new nn.Conv1d(3, 16, 3, { stride: "2" as never }),
    ],
    ["received dilation [1, 0]", () => new nn.Conv2d(3, 16, 3, { dilation: [1, 0] })],
    ["received padding -1, expected", () => new nn.Conv2d(3, 16, 3, { padding: -1 })],
    [
      'received padding "full", expected "same", "valid" or a number',
      () => new nn.Conv2d(3, 16, 3, { padding: "full" as never }),
    ],
    [
      'Conv2d(3, 16): received padding "same" and stride [1, 2], expected stride 1',
      () => new nn.Conv2d(3, 16, 3, { padding: "same", stride: [1, 2] }),
    ],
    [
      "Conv2d(3, 16): received groups 2, expected a divisor of inChannels 3.",
      () => new nn.Conv2d(3, 16, 3, { groups: 2 }),
    ],
    ["expected a divisor of outChannels 16", () => new nn.ConvTranspose2d(3, 16, 3, { groups: 3 })],
    ["received groups 0", () => new nn.Conv2d(3, 16, 3, { groups: 0 })],
    ['named "strides"', () => new nn.Conv2d(3, 16, 3, { strides: 2 } as never)],
    [
      "received 2 as the options, expected a plain object",
      () => new nn.Conv2d(3, 16, 3, 2 as never),
    ],
    ['named "outputPadding"', () => new nn.Conv1d(3, 16, 3, { outputPadding: 1 } as never)],
    [
      "ConvTranspose1d(3, 16): received outputPadding 2, stride 2 and dilation 1, expected",
      () => new nn.ConvTranspose1d(3, 16, 3, { stride: 2, outputPadding: 2 }),
    ],
  ])("%s", (message, act) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(message);
  });

  const image = (channels: number) => new nn.Conv2d(channels, 8, 5);
  test.each<[string, nn.Module, Shape]>([
    [
      "Conv2d(3, 8, 5): received shape (3, 28, 28), expected (N, 3, H, W); give a single sample its " +
        "batch axis with .unsqueeze(0).",
      image(3),
      [3, 28, 28],
    ],
    ["add the axis of channels with .unsqueeze(1).", image(1), [64, 28, 28]],
    ["channels come before places: .permute([0, 3, 1, 2]).", image(3), [64, 28, 28, 3]],
    [
      "channels come before places: .permute([0, 2, 1]).",
      new nn.ConvTranspose1d(3, 8, 5),
      [64, 28, 3],
    ],
    ["a layer for this input has 4 inChannels.", image(3), [64, 4, 28, 28]],
    [".reshape([64, 1, 28, 28]).", image(1), [64, 784]],
    [
      "Conv2d(1, 8, 5): received shape (2, 1, 4, 28), where axis 2 has 4, expected at least 5, which " +
        "is what the window spans; use a smaller kernel, or more padding.",
      image(1),
      [2, 1, 4, 28],
    ],
    [
      "axis 3 has 6 with its padding, expected at least 7, which is what the window spans; use a " +
        "smaller kernel or dilation",
      new nn.Conv2d(1, 8, 3, { padding: 1, dilation: [1, 3] }),
      [2, 1, 4, 4],
    ],
    [
      "ConvTranspose1d(1, 1, 2): received shape (1, 1, 1), whose axis 2 becomes 2 long, expected more " +
        "than the 4 that the padding cuts off.",
      new nn.ConvTranspose1d(1, 1, 2, { padding: 2 }),
      [1, 1, 1],
    ],
    [
      "ConvTranspose1d(1, 1, 2): received shape (1, 1, 0), expected at least one element along axis 2",
      new nn.ConvTranspose1d(1, 1, 2),
      [1, 1, 0],
    ],
  ])("%s", (message, layer, shape) => {
    expect(() => layer.forward(zeros(shape))).toThrow(ShapeError);
    expect(() => layer.forward(zeros(shape))).toThrow(message);
  });

  test("names the path of the layer in its model", () => {
    const model = new nn.Sequential(new nn.Conv2d(1, 8, 5));
    expect(() => model.forward(zeros([1, 1, 4, 4]))).toThrow(
      'Conv2d(1, 8, 5) "layers.0": received shape (1, 1, 4, 4), where',
    );
  });

  const x = zeros([2, 4, 5, 5]);
  test.each<[string, () => unknown]>([
    ["conv2d: received 3 as the input", () => conv2d(3 as never, x)],
    ["conv2d: received a list of 2 as the weight", () => conv2d(x, [1, 2] as never)],
    ["conv1d: received shape (2, 4, 5, 5), expected (N, C, L)", () => conv1d(x, x)],
    [
      "conv2d: received a weight of shape (8, 4, 3), expected 4 axes",
      () => conv2d(x, zeros([8, 4, 3])),
    ],
    [
      "conv2d: received an input of shape (2, 4, 5, 5), expected 6 channels on axis 1, as the weight " +
        "has them for 2 groups.",
      () => conv2d(x, zeros([8, 3, 3, 3]), { groups: 2 }),
    ],
    [
      "conv2d: received float64 for the bias, expected float32, as the input has",
      () => conv2d(x, zeros([3, 4, 3, 3]), { bias: zeros([3], "float64") }),
    ],
    [
      "conv2d: received groups 2, expected a divisor of outChannels 3.",
      () => conv2d(x, zeros([3, 2, 3, 3]), { groups: 2 }),
    ],
    [
      "convTranspose2d: received groups 3, expected a divisor of inChannels 4.",
      () => convTranspose2d(x, zeros([4, 2, 3, 3]), { groups: 3 }),
    ],
    [
      "convTranspose2d: received an input of shape (2, 4, 5, 5), expected 3 channels on axis 1, as the " +
        "weight has them for 1 group.",
      () => convTranspose2d(x, zeros([3, 2, 3, 3])),
    ],
    [
      "conv2d: received a bias of shape (8,), expected (3,), one for each output channel.",
      () => conv2d(x, zeros([3, 4, 3, 3]), { bias: zeros([8]) }),
    ],
    [
      "conv2d: received an input of float32 and a weight of float64, expected one dtype",
      () => conv2d(x, zeros([3, 4, 3, 3], "float64")),
    ],
    [
      'conv2d: received uint8, expected a floating dtype; convert the input with .cast("float32").',
      () => conv2d(x.cast("uint8"), zeros([3, 4, 3, 3])),
    ],
    ['conv2d: received an option named "pad"', () => conv2d(x, x, { pad: 1 } as never)],
    ["conv2d: received kernelSize [0, 3]", () => conv2d(x, zeros([3, 4, 0, 3]))],
  ])("%s", (message, act) => {
    expect(act).toThrow(message);
  });
});
