import { lax, nn, numpy as np } from "@jax-js/jax";

// An array belongs to the function that receives it; `.ref` keeps it for a further use.

/** x W^T + b over the last axis. */
const dense = (x, weight, bias) => np.matmul(x, np.matrixTranspose(weight)).add(bias);

function layerNorm(x, weight, bias) {
  const centred = x.ref.sub(x.mean(-1, { keepdims: true }));
  const variance = np.square(centred.ref).mean(-1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(weight)
    .add(bias);
}

/** nn.dotProductAttention in products: its einsum needs the iterator methods of Node 22. */
function attention(x, { features, heads, causal }, next) {
  const [batch, time] = x.shape;
  const split = (part) =>
    part.reshape([batch, time, heads, features / heads]).transpose([0, 2, 1, 3]);
  const [query, key, value] = np.split(dense(x, next(), next()), 3, -1).map(split);
  const scores = np.matmul(query, np.matrixTranspose(key)).mul(Math.sqrt(heads / features));
  const seen = () => np.tri(time, time, 0, { dtype: np.bool });
  const weights = nn.softmax(causal ? np.where(seen(), scores, -Infinity) : scores, -1);
  const mixed = np.matmul(weights, value).transpose([0, 2, 1, 3]);
  return dense(mixed.reshape([batch, time, features]), next(), next());
}

/**
 * For each type of layer its function of an input, the description, `next`, which gives the next
 * parameter, and of `running`, which moves the next running statistics towards those of a batch.
 */
export const layers = {
  linear: (x, _, next) => dense(x, next(), next()),
  relu: (x) => nn.relu(x),
  flatten: (x) => x.reshape([x.shape[0], -1]),
  maxPool: (x, { size }) => {
    const [batch, channels, height, width] = x.shape;
    const blocks = [batch, channels, height / size, size, width / size, size];
    return x.reshape(blocks).max([3, 5]);
  },
  globalAveragePool: (x) => x.mean([2, 3]),
  conv: (x, { outputs, padding }, next) => {
    const pairs = [
      [padding, padding],
      [padding, padding],
    ];
    const y = lax.convGeneralDilated(x, next(), [1, 1], pairs);
    return y.add(next().reshape([1, outputs, 1, 1]));
  },
  batchNorm: (x, { channels }, next, running) => {
    const axes = [0, 2, 3];
    const along = (vector) => vector.reshape([1, channels, 1, 1]);
    const count = x.size / channels;
    const mean = x.ref.mean(axes);
    const centred = x.sub(along(mean.ref));
    const variance = np.square(centred.ref).mean(axes);
    running.move([mean, variance.ref.mul(count / (count - 1))].map(lax.stopGradient));
    const deviation = np.sqrt(variance.add(1e-5));
    return centred.div(along(deviation)).mul(along(next())).add(along(next()));
  },
  layerNorm: (x, _, next) => layerNorm(x, next(), next()),
  transformerLayer: (x, layer, next) => {
    const branch = attention(x.ref, layer, next);
    const hidden = [next(), next()];
    const output = [next(), next()];
    const attended = layerNorm(x.add(branch), next(), next());
    const fed = dense(nn.relu(dense(attended.ref, ...hidden)), ...output);
    return layerNorm(attended.add(fed), next(), next());
  },
  /** Gives the last hidden state only: nothing else is asked for. */
  lstm: (x, { hidden }, next) => {
    const [batch] = x.shape;
    const fromInput = next();
    const fromState = next();
    const projected = dense(x, fromInput, next().add(next()));
    let h = np.zeros([batch, hidden]);
    let c = np.zeros([batch, hidden]);
    np.unstack(projected, 1).forEach((part) => {
      const sums = part.add(np.matmul(h, np.matrixTranspose(fromState.ref)));
      const [i, f, g, o] = np.split(sums, 4, -1);
      c = nn
        .sigmoid(f)
        .mul(c)
        .add(nn.sigmoid(i).mul(np.tanh(g)));
      h = nn.sigmoid(o).mul(np.tanh(c.ref));
    });
    fromState.dispose();
    c.dispose();
    return h;
  },
  last: (state) => state,
  /** Bags of one length, filled up with words of weight 0. */
  embeddingBag: ({ indices, weights }, _, next) =>
    np.take(next(), indices, 0).mul(np.expandDims(weights, -1)).sum(1),
  tokens: (x, _, next) => np.take(next(), x, 0).add(next()),
};
