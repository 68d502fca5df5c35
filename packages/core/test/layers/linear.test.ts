import { ArgumentError, arange, DTypeError, nn, ones, ShapeError } from "@versant/core";
import { describeLayers } from "./describeLayers.js";

describeLayers("linear", {
  linear: {
    make: (dtype) => new nn.Linear(4, 3, { dtype }),
    refuses: [
      {
        call: (linear: nn.Linear) => linear.forward(ones([2, 5])),
        error: ShapeError,
        message: "received shape (2, 5), expected (..., 4)",
      },
      {
        call: (linear: nn.Linear) => linear.forward(arange(4)),
        error: DTypeError,
        message: "received int32, expected float32",
      },
      {
        call: (linear: nn.Linear) => linear.forward([1, 2, 3, 4] as never),
        error: ArgumentError,
        message: "received a list of 4 as the input, expected a Tensor",
      },
    ],
  },
  linearWithoutBias: { make: (dtype) => new nn.Linear(4, 3, { bias: false, dtype }) },
  flatten: {
    make: () => new nn.Flatten(),
    refuses: [
      {
        call: (flatten: nn.Flatten) => flatten.forward(ones([4])),
        error: ShapeError,
        message: "received axis 1, expected an integer from -1 to 0",
      },
      {
        call: (flatten: nn.Flatten) => flatten.forward(4 as never),
        error: ArgumentError,
        message: "received 4 as the input, expected a Tensor",
      },
    ],
  },
  flattenAll: { make: () => new nn.Flatten(0) },
  mlp: {
    make: (dtype) =>
      new nn.Sequential(
        new nn.Linear(3, 6, { dtype }),
        new nn.ReLU(),
        new nn.Linear(6, 4, { dtype }),
        new nn.ReLU(),
        new nn.Linear(4, 2, { dtype }),
      ),
  },
  mixed: {
    make: (dtype) =>
      new nn.Sequential(
        new nn.Flatten(),
        new nn.Linear(6, 5, { dtype }),
        new nn.GELU(),
        new nn.Linear(5, 4, { dtype }),
        new nn.Tanh(),
        new nn.Linear(4, 3, { dtype }),
        new nn.Softmax(),
      ),
  },
  residual: {
    make: (dtype) =>
      new nn.Residual(
        new nn.Sequential(
          new nn.Linear(4, 3, { dtype }),
          new nn.Tanh(),
          new nn.Linear(3, 4, { dtype }),
        ),
      ),
    refuses: [
      {
        call: (residual: nn.Residual) => residual.forward(ones([2, 3])),
        error: ShapeError,
        message: 'Linear(4, 3) "checked.body.layers.0": received shape (2, 3)',
      },
    ],
  },
  residualShortcut: {
    make: (dtype) =>
      new nn.Residual(new nn.Sequential(new nn.Linear(4, 3, { dtype }), new nn.Tanh()), {
        shortcut: new nn.Linear(4, 3, { dtype }),
      }),
  },
});
