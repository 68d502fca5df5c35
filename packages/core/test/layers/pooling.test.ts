import { DTypeError, nn, ones, ShapeError } from "@versant/core";
import { describeLayers } from "./describeLayers.js";

describeLayers("pooling", {
  maxPool1d: {
    make: () => new nn.MaxPool1d(3),
    refuses: [
      {
        call: (pool: nn.MaxPool1d) => pool.forward(ones([2, 2, 2])),
        error: ShapeError,
        message: "received shape (2, 2, 2), where axis 2 has 2, expected at least 3",
      },
    ],
  },
  maxPool1dStride: { make: () => new nn.MaxPool1d(3, { stride: 2, padding: 1 }) },
  maxPool1dDilation: { make: () => new nn.MaxPool1d(2, { stride: 1, dilation: 3 }) },
  maxPool1dCeil: { make: () => new nn.MaxPool1d(2, { ceilMode: true }) },
  maxPool2d: {
    make: () => new nn.MaxPool2d(2),
    refuses: [
      {
        call: (pool: nn.MaxPool2d) => pool.forward(ones([2, 4, 4])),
        error: ShapeError,
        message: "received shape (2, 4, 4), expected (N, C, H, W); add the batch axis",
      },
      {
        call: (pool: nn.MaxPool2d) => pool.forward(ones([1, 2, 4, 4], "uint8")),
        error: DTypeError,
        message: "received uint8, expected a floating dtype",
      },
    ],
  },
  maxPool2dOverlap: { make: () => new nn.MaxPool2d(3, { stride: 2, padding: 1 }) },
  maxPool2dPerAxis: {
    make: () => new nn.MaxPool2d([2, 3], { stride: [1, 2], padding: [1, 0] }),
  },
  maxPool2dDilation: { make: () => new nn.MaxPool2d(2, { stride: 1, dilation: [2, 1] }) },
  maxPool2dCeil: { make: () => new nn.MaxPool2d(3, { stride: 2, padding: 1, ceilMode: true }) },
  avgPool1d: { make: () => new nn.AvgPool1d(3) },
  avgPool1dStride: { make: () => new nn.AvgPool1d(3, { stride: 2, padding: 1 }) },
  avgPool1dInside: {
    make: () =>
      new nn.AvgPool1d(3, { stride: 2, padding: 1, countIncludePad: false, ceilMode: true }),
  },
  avgPool2d: { make: () => new nn.AvgPool2d(2) },
  avgPool2dOverlap: {
    make: () => new nn.AvgPool2d([3, 2], { stride: [2, 1], padding: [1, 0] }),
  },
  avgPool2dInside: {
    make: () => new nn.AvgPool2d(3, { stride: 2, padding: 1, countIncludePad: false }),
  },
  avgPool2dCeil: { make: () => new nn.AvgPool2d(3, { stride: 2, padding: 1, ceilMode: true }) },
  avgPool2dCeilInside: {
    make: () =>
      new nn.AvgPool2d(2, { stride: 3, padding: 1, ceilMode: true, countIncludePad: false }),
  },
  adaptiveAvgPool1d: { make: () => new nn.AdaptiveAvgPool1d(3) },
  adaptiveAvgPool2d: { make: () => new nn.AdaptiveAvgPool2d(1) },
  adaptiveAvgPool2dPerAxis: { make: () => new nn.AdaptiveAvgPool2d([2, 3]) },
  adaptiveMaxPool1d: { make: () => new nn.AdaptiveMaxPool1d(3) },
  adaptiveMaxPool2d: { make: () => new nn.AdaptiveMaxPool2d(1) },
  adaptiveMaxPool2dPerAxis: { make: () => new nn.AdaptiveMaxPool2d([2, 3]) },
});
