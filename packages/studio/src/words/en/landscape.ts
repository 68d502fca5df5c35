export const landscape = {
  none: "No landscape of this run was measured yet.",
  measure: "Measure",
  stop: "Stop",
  measuring: "How far it is",
  directionsOf: "Directions",
  directions: { path: "Path of training", random: "Random" },
  part: "Part of the data",
  usualPart: "validation, else training",
  explain: {
    path: "The run is trained again, without being recorded; the plane is the one in which it moved most.",
    random:
      "Two random directions through the weights, scaled filter by filter; the run is not trained again.",
  },
  stages: {
    starting: (run: string) => `${run}: the experiment is set up.`,
    training: (run: string) => `${run}: trained again, for its path.`,
    measuring: (run: string) => `${run}: the loss is measured, place by place.`,
  },
  failed: (reason: string) => `Nothing was measured: ${reason}`,
  which: "Which landscape",
  scale: "Scale of the colours",
  map: "Contours of the loss",
  surface: "The loss as a surface",
  path: "path of training",
  pathHelp:
    "The white ring is where training began, the red disc where it ended. Point at the path, or use the arrow keys.",
  point: (epoch: string, step: string, loss: string) =>
    `Epoch ${epoch} (step ${step}): loss ${loss}`,
  turn: "Drag it, or use the arrow keys, to turn it; Home turns it back.",
  view: (azimuth: string, elevation: string) => `turned by ${azimuth}°, from ${elevation}° above`,
  axis: (directions: "path" | "random", axis: number, share: number | undefined) =>
    directions === "random" || share === undefined
      ? `Direction ${axis}`
      : `Component ${axis} (${(100 * share).toFixed(0)} %)`,
  facts: "In numbers",
  loss: "Loss at the weights",
  lowest: "Lowest around",
  highest: "Highest around",
  curvature: "Curvature along both axes",
  start: "Loss where the path begins",
  end: "Loss where the path ends",
  variance: "Variance of the path along both axes",
  samples: "Measured on",
  samplesOf: (looked: string, all: string, part: string) => `${looked} of ${all} samples (${part})`,
  notFinite: "not finite",
  caution: {
    path: "A plane shows two directions of many. Beside the path the loss is that of weights which training never had; a point's own loss is that of its state, not of its shadow on this plane.",
    random:
      "A plane shows two directions of many: a flat picture says little of the others. Random directions hardly show the path, which is therefore left out.",
  },
};
