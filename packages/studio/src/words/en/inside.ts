export const inside = {
  none: "Nothing was measured: the training was too short for it, or had neither --insight nor --studio.",
  noMoments:
    "Gradients and weights were not measured: that would have taken too large a share of so short a training.",
  warnings: {
    "vanishing gradients": (path: string) =>
      `The gradients vanish on their way to ${path}, which hardly learns. The usual mends: ReLU in place of sigmoid or tanh, He or Xavier initialisation, normalisation between the layers, shortcuts.`,
    "exploding gradients": (path: string) =>
      `The gradients explode on their way to ${path}. The usual mends: a lower learning rate, clipping, He or Xavier initialisation, normalisation between the layers.`,
    "dead units": (path: string) =>
      `Nearly all units of ${path} are 0 for every sample, batch after batch. The usual mends: a lower learning rate, He initialisation, LeakyReLU.`,
  },
  noWarnings: "Gradients neither vanish nor explode, and no ReLU has lost nearly all of its units.",
  gradients: "Norm of the gradient of each layer's output",
  updates: "Norm of the update over that of the parameter",
  weights: (epoch: string) => `Weights, epoch ${epoch}`,
  activations: (epoch: string) => `What layers put out, epoch ${epoch}`,
  confusion: "Confusion matrix",
  rowsAndColumns: "is ↓ answered →",
  wrong: (wrong: string, looked: string, part: string) =>
    `${wrong} of ${looked} samples are wrong (${part}). Choose a number to see samples of it.`,
  taken: (is: string, answered: string) => `${is} taken for ${answered}`,
  right: (is: string) => `${is}, and answered so`,
  surest: "Wrong, and the model was sure",
  all: "All cells",
  noSample: "No sample of it was kept.",
  sample: (index: string) => `Sample ${index}`,
  errors: (name: string) => `Predictions and truth${name && `: ${name}`}`,
  truth: "Truth",
  prediction: "Prediction",
  error: "Error",
  sampleHead: "Sample",
  worst: "The largest errors",
  arrows: "Red arrows lead from the truth to the prediction.",
  meanError: (error: string, looked: string, part: string) =>
    `The mean absolute error is ${error} over ${looked} samples (${part}).`,
};
