// Optax for jax-js is not on npm, so its updates are written out here: a `start` that gives the state,
// and an `update` of parameters and state that owns what it receives.

import { numpy as np } from "@jax-js/jax";

const sgd = ({ learningRate }) => ({
  start: () => [],
  update: (parameters, gradients) => [
    parameters.map((p, index) => p.sub(gradients[index].mul(learningRate))),
    [],
  ],
});

/** Moments of all parameters, and the powers of beta1 and beta2. */
function adam({ learningRate, weightDecay = 0 }) {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const zeros = (parameters) => parameters.map(({ shape }) => np.zeros(shape));
  const average = (beta, moments, values) =>
    moments.map((m, index) => m.mul(beta).add(values[index].mul(1 - beta)));
  return {
    start: (parameters) => ({
      first: zeros(parameters),
      second: zeros(parameters),
      powers: [np.ones([]), np.ones([])],
    }),
    update(parameters, gradients, { first, second, powers }) {
      const squares = gradients.map((g) => np.square(g.ref));
      const m = average(beta1, first, gradients);
      const v = average(beta2, second, squares);
      const [power1, power2] = [powers[0].mul(beta1), powers[1].mul(beta2)];
      const size = np.reciprocal(np.array(1).sub(power1.ref)).mul(learningRate);
      const scale = np.reciprocal(np.sqrt(np.array(1).sub(power2.ref)));
      const updated = parameters.map((p, index) => {
        const deviation = np.sqrt(v[index].ref).mul(scale.ref).add(epsilon);
        const step = m[index].ref.div(deviation).mul(size.ref);
        return p.mul(1 - learningRate * weightDecay).sub(step);
      });
      size.dispose();
      scale.dispose();
      return [updated, { first: m, second: v, powers: [power1, power2] }];
    },
  };
}

export const optimizers = {
  sgd,
  adam,
  adamW: (workload) => adam({ weightDecay: 0.01, ...workload }),
};
