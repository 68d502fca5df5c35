import { DTypeError, nn, ones, ShapeError } from "@versant/core";
import { describeLayers } from "./describeLayers.js";

describeLayers("convolution", {
  conv1d: {
    make: (dtype) => new nn.Conv1d(2, 3, 3, { dtype }),
    refuses: [
      {
        call: (conv: nn.Conv1d) => conv.forward(ones([2, 6])),
        error: ShapeError,
        message: "received shape (2, 6), expected (N, 2, L); give a single sample its batch axis",
      },
      {
        call: (conv: nn.Conv1d) => conv.forward(ones([2, 2, 2])),
        error: ShapeError,
        message: "received shape (2, 2, 2), where axis 2 has 2, expected at least 3",
      },
    ],
  },
  conv1dStride: { make: (dtype) => new nn.Conv1d(2, 2, 3, { stride: 2, padding: 1, dtype }) },
  conv1dSame: { make: (dtype) => new nn.Conv1d(2, 2, 4, { padding: "same", dtype }) },
  conv1dDilation: { make: (dtype) => new nn.Conv1d(2, 2, 3, { dilation: 2, bias: false, dtype }) },
  conv1dGroups: { make: (dtype) => new nn.Conv1d(4, 6, 2, { groups: 2, dtype }) },
  conv2d: {
    make: (dtype) => new nn.Conv2d(2, 3, 3, { dtype }),
    refuses: [
      {
        call: (conv: nn.Conv2d) => conv.forward(ones([1, 5, 5, 2])),
        error: ShapeError,
        message: "received shape (1, 5, 5, 2), expected (N, 2, H, W); channels come before places",
      },
      {
        call: (conv: nn.Conv2d) => conv.forward(ones([1, 2, 5, 5], "uint8")),
        error: DTypeError,
        message: "received uint8, expected float32",
      },
    ],
  },
  conv2dPointwise: { make: (dtype) => new nn.Conv2d(3, 2, 1, { dtype }) },
  conv2dPadding: { make: (dtype) => new nn.Conv2d(2, 2, 3, { padding: 1, dtype }) },
  conv2dStride: {
    make: (dtype) => new nn.Conv2d(1, 2, [2, 3], { stride: [2, 3], padding: [0, 1], dtype }),
  },
  conv2dSame: {
    make: (dtype) => new nn.Conv2d(1, 2, [3, 2], { padding: "same", dilation: [2, 1], dtype }),
  },
  conv2dValid: {
    make: (dtype) => new nn.Conv2d(1, 2, 2, { padding: "valid", bias: false, dtype }),
  },
  conv2dDilation: { make: (dtype) => new nn.Conv2d(1, 2, 2, { dilation: [1, 3], dtype }) },
  conv2dGroups: { make: (dtype) => new nn.Conv2d(4, 2, 2, { groups: 2, dtype }) },
  conv2dDepthwise: { make: (dtype) => new nn.Conv2d(3, 6, 2, { groups: 3, stride: 2, dtype }) },
  convTranspose1d: { make: (dtype) => new nn.ConvTranspose1d(2, 3, 3, { dtype }) },
  convTranspose1dStride: {
    make: (dtype) =>
      new nn.ConvTranspose1d(2, 2, 3, { stride: 2, padding: 1, outputPadding: 1, dtype }),
  },
  convTranspose1dDilation: {
    make: (dtype) => new nn.ConvTranspose1d(2, 2, 3, { dilation: 2, bias: false, dtype }),
  },
  convTranspose2d: {
    make: (dtype) => new nn.ConvTranspose2d(2, 2, 3, { dtype }),
    refuses: [
      {
        call: (conv: nn.ConvTranspose2d) => conv.forward(ones([1, 3, 5, 5])),
        error: ShapeError,
        message: "received shape (1, 3, 5, 5), expected (N, 2, H, W); a layer for this input has 3",
      },
    ],
  },
  convTranspose2dStride: { make: (dtype) => new nn.ConvTranspose2d(2, 2, 2, { stride: 2, dtype }) },
  convTranspose2dPadding: {
    make: (dtype) =>
      new nn.ConvTranspose2d(1, 2, 3, {
        stride: [2, 3],
        padding: [1, 0],
        outputPadding: [1, 2],
        dtype,
      }),
  },
  convTranspose2dDilation: {
    make: (dtype) =>
      new nn.ConvTranspose2d(1, 2, 2, {
        dilation: [1, 3],
        padding: [0, 1],
        outputPadding: [0, 2],
        dtype,
      }),
  },
  convTranspose2dGroups: { make: (dtype) => new nn.ConvTranspose2d(4, 6, 2, { groups: 2, dtype }) },
  network: {
    make: (dtype) =>
      new nn.Sequential(
        new nn.Conv2d(1, 2, 3, { padding: 1, dtype }),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Conv2d(2, 3, 2, { dtype }),
        new nn.Tanh(),
        new nn.AdaptiveAvgPool2d(1),
        new nn.Flatten(),
        new nn.Linear(3, 2, { dtype }),
      ),
  },
});
