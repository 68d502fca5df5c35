import { DTypeError, nn, ones, ShapeError } from "@versant/core";
import { describeLayers } from "./describeLayers.js";

describeLayers("normalization", {
  batchNorm1d: {
    make: (dtype) => new nn.BatchNorm1d(3, { dtype }),
    refuses: [
      {
        call: (layer: nn.BatchNorm1d) => layer.forward(ones([4, 2])),
        error: ShapeError,
        message: "received shape (4, 2), expected (N, 3)",
      },
      {
        call: (layer: nn.BatchNorm1d) => layer.forward(ones([3])),
        error: ShapeError,
        message: "received shape (3,), expected (N, 3, L)",
      },
      {
        call: (layer: nn.BatchNorm1d) => layer.forward(ones([4, 3], "int32")),
        error: DTypeError,
        message: "received int32, expected float32",
      },
    ],
  },
  batchNorm2d: {
    make: (dtype) => new nn.BatchNorm2d(3, { dtype }),
    refuses: [
      {
        call: (layer: nn.BatchNorm2d) => layer.forward(ones([2, 3, 4])),
        error: ShapeError,
        message: "received shape (2, 3, 4), expected (N, 3, H, W)",
      },
    ],
  },
  batchNormMomentum: { make: (dtype) => new nn.BatchNorm1d(3, { momentum: 0.75, dtype }) },
  batchNormMomentumZero: { make: (dtype) => new nn.BatchNorm1d(3, { momentum: 0, dtype }) },
  batchNormCumulative: { make: (dtype) => new nn.BatchNorm1d(3, { momentum: null, dtype }) },
  batchNormEpsilon: { make: (dtype) => new nn.BatchNorm1d(3, { epsilon: 0.5, dtype }) },
  batchNormPlain: { make: (dtype) => new nn.BatchNorm1d(3, { affine: false, dtype }) },
  batchNormUntracked: {
    make: (dtype) => new nn.BatchNorm1d(3, { trackRunningStatistics: false, dtype }),
  },
  layerNorm: {
    make: (dtype) => new nn.LayerNorm(4, { dtype }),
    refuses: [
      {
        call: (layer: nn.LayerNorm) => layer.forward(ones([4, 3])),
        error: ShapeError,
        message: "received shape (4, 3), expected (..., 4)",
      },
      {
        call: (layer: nn.LayerNorm) => layer.forward(ones([3, 4], "int32")),
        error: DTypeError,
        message: "received int32, expected float32",
      },
    ],
  },
  layerNormAxes: {
    make: (dtype) => new nn.LayerNorm([2, 3], { dtype }),
    refuses: [
      {
        call: (layer: nn.LayerNorm) => layer.forward(ones([3])),
        error: ShapeError,
        message: "received shape (3,), expected (..., 2, 3)",
      },
    ],
  },
  layerNormEpsilon: { make: (dtype) => new nn.LayerNorm(4, { epsilon: 0.5, dtype }) },
  layerNormPlain: { make: (dtype) => new nn.LayerNorm(4, { affine: false, dtype }) },
  layerNormWithoutBias: { make: (dtype) => new nn.LayerNorm(4, { bias: false, dtype }) },
  groupNorm: {
    make: (dtype) => new nn.GroupNorm(2, 4, { dtype }),
    refuses: [
      {
        call: (layer: nn.GroupNorm) => layer.forward(ones([2, 6, 3])),
        error: ShapeError,
        message: "received shape (2, 6, 3), expected (N, 4, ...)",
      },
      {
        call: (layer: nn.GroupNorm) => layer.forward(ones([4])),
        error: ShapeError,
        message: "received shape (4,), expected (N, 4, ...)",
      },
    ],
  },
  groupNormOfAll: { make: (dtype) => new nn.GroupNorm(1, 4, { dtype }) },
  groupNormOfEach: { make: (dtype) => new nn.GroupNorm(4, 4, { dtype }) },
  groupNormEpsilon: { make: (dtype) => new nn.GroupNorm(2, 4, { epsilon: 0.5, dtype }) },
  groupNormPlain: { make: (dtype) => new nn.GroupNorm(2, 4, { affine: false, dtype }) },
  rmsNorm: {
    make: (dtype) => new nn.RMSNorm(4, { dtype }),
    refuses: [
      {
        call: (layer: nn.RMSNorm) => layer.forward(ones([4, 3])),
        error: ShapeError,
        message: "received shape (4, 3), expected (..., 4)",
      },
    ],
  },
  rmsNormAxes: { make: (dtype) => new nn.RMSNorm([2, 3], { dtype }) },
  rmsNormEpsilon: { make: (dtype) => new nn.RMSNorm(4, { epsilon: 0.5, dtype }) },
  rmsNormPlain: { make: (dtype) => new nn.RMSNorm(4, { affine: false, dtype }) },
});
