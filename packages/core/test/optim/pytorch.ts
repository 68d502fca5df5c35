/**
 * PyTorch's updates of one number, in float64: the oracle of the optimisers. Each takes the
 * gradients of successive steps and returns the successive values.
 */

interface Sgd {
  learningRate: number;
  momentum?: number;
  dampening?: number;
  nesterov?: boolean;
  weightDecay?: number;
}

export function sgd(start: number, gradient: (w: number) => number, steps: number, options: Sgd) {
  const { learningRate, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  const values: number[] = [];
  let w = start;
  let velocity: number | null = null;
  for (let t = 1; t <= steps; t++) {
    let g = gradient(w) + weightDecay * w;
    if (momentum !== 0) {
      velocity = velocity === null ? g : momentum * velocity + (1 - dampening) * g;
      g = nesterov ? g + momentum * velocity : velocity;
    }
    w -= learningRate * g;
    values.push(w);
  }
  return values;
}

interface Adam {
  learningRate: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  weightDecay?: number;
  decoupled?: boolean;
}

export function adam(start: number, gradient: (w: number) => number, steps: number, options: Adam) {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const { weightDecay = 0, decoupled = false } = options;
  const values: number[] = [];
  let w = start;
  let m = 0;
  let v = 0;
  for (let t = 1; t <= steps; t++) {
    let g = gradient(w);
    if (decoupled) w *= 1 - learningRate * weightDecay;
    else g += weightDecay * w;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g ** 2;
    const deviation = Math.sqrt(v) / Math.sqrt(1 - beta2 ** t) + epsilon;
    w -= ((learningRate / (1 - beta1 ** t)) * m) / deviation;
    values.push(w);
  }
  return values;
}
