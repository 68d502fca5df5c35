// What each layer of a description trains: the arrays in the order in which peers take them, with
// PyTorch's shapes and about its initial values.

/** Uniform in +-range. */
const uniform = (name, shape, range) => ({ name, shape, range });
const constant = (name, shape, value) => ({ name, shape, value });

/** PyTorch's default: uniform in +-1/sqrt(fan in). */
const fanIn = (name, shape, inputs) => uniform(name, shape, 1 / Math.sqrt(inputs));

const linear = (prefix, inputs, outputs) => [
  fanIn(`${prefix}weight`, [outputs, inputs], inputs),
  fanIn(`${prefix}bias`, [outputs], inputs),
];

const norm = (prefix, features) => [
  constant(`${prefix}weight`, [features], 1),
  constant(`${prefix}bias`, [features], 0),
];

/** Tables are uniform with the standard deviation that GPT-2's normal ones have. */
const table = (name, count, features) => uniform(name, [count, features], 0.02 * Math.sqrt(3));

const none = () => [];

/** @type {Record<string, (layer: object) => { name: string, shape: number[] }[]>} */
export const parametersOf = {
  relu: none,
  flatten: none,
  maxPool: none,
  globalAveragePool: none,
  last: none,
  linear: ({ inputs, outputs }) => linear("", inputs, outputs),
  conv: ({ inputs, outputs, kernel }) => [
    fanIn("weight", [outputs, inputs, kernel, kernel], inputs * kernel ** 2),
    fanIn("bias", [outputs], inputs * kernel ** 2),
  ],
  batchNorm: ({ channels }) => norm("", channels),
  layerNorm: ({ features }) => norm("", features),
  transformerLayer: ({ features, hidden }) => [
    uniform("in_proj_weight", [3 * features, features], Math.sqrt(6 / (4 * features))),
    constant("in_proj_bias", [3 * features], 0),
    fanIn("out_proj.weight", [features, features], features),
    constant("out_proj.bias", [features], 0),
    ...linear("linear1.", features, hidden),
    ...linear("linear2.", hidden, features),
    ...norm("norm1.", features),
    ...norm("norm2.", features),
  ],
  lstm: ({ inputs, hidden }) => [
    fanIn("weight_ih", [4 * hidden, inputs], hidden),
    fanIn("weight_hh", [4 * hidden, hidden], hidden),
    fanIn("bias_ih", [4 * hidden], hidden),
    fanIn("bias_hh", [4 * hidden], hidden),
  ],
  embeddingBag: ({ vocabulary, features }) => [table("weight", vocabulary, features)],
  tokens: ({ vocabulary, features, context }) => [
    table("tokens.weight", vocabulary, features),
    table("positions.weight", context, features),
  ],
};
