// What a step has to compute and to move at least, counted from the layers.

const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

/**
 * For each layer and the shape of its input: the shape of its output; the multiply-adds of its
 * products; how many of them read the input itself; and the elements that its products put out. What
 * is done element by element is left out: it costs little beside them.
 */
const counts = {
  relu: (_, shape) => ({ shape }),
  batchNorm: (_, shape) => ({ shape }),
  layerNorm: (_, shape) => ({ shape }),
  flatten: (_, [n, ...shape]) => ({ shape: [n, sizeOf(shape)] }),
  maxPool: ({ size }, [n, c, h, w]) => ({
    shape: [n, c, Math.floor(h / size), Math.floor(w / size)],
  }),
  globalAveragePool: (_, [n, c]) => ({ shape: [n, c] }),
  last: (_, [n, , c]) => ({ shape: [n, c] }),
  linear({ inputs, outputs }, shape) {
    const rows = sizeOf(shape) / inputs;
    const all = rows * inputs * outputs;
    return { shape: [...shape.slice(0, -1), outputs], all, ofInput: all, put: rows * outputs };
  },
  conv({ inputs, outputs, kernel, padding }, [n, , h, w]) {
    const shape = [n, outputs, ...[h, w].map((size) => size + 2 * padding - kernel + 1)];
    const all = sizeOf(shape) * inputs * kernel ** 2;
    return { shape, all, ofInput: all, put: sizeOf(shape) };
  },
  transformerLayer({ features, heads, hidden, causal }, [n, t]) {
    const rows = n * t;
    const visible = causal ? (t + 1) / 2 : t;
    const ofInput = rows * 3 * features ** 2;
    const all = ofInput + rows * features * (features + 2 * hidden + 2 * visible);
    const put = rows * (6 * features + hidden + heads * visible);
    return { shape: [n, t, features], all, ofInput, put };
  },
  lstm({ inputs, hidden }, [n, t]) {
    const ofInput = n * t * 4 * hidden * inputs;
    const put = n * t * 4 * hidden;
    return { shape: [n, t, hidden], all: ofInput + put * hidden, ofInput, put };
  },
  embeddingBag: ({ features }, _, bags) => ({ shape: [bags, features], put: bags * features }),
  tokens: ({ features }, shape) => ({ shape: [...shape, features], put: sizeOf(shape) * features }),
};

/** Values of the optimiser's update that are read or written for one parameter, its gradient among them. */
const updates = { sgd: 3, adam: 7, adamW: 7 };

/** Parameters of which a step touches only the rows that it looks up. */
function touched(layers, parameters, indices) {
  const rowsOf = new Set(
    layers.flatMap(({ type }, index) => (type === "embeddingBag" ? [index] : [])),
  );
  return parameters.reduce((sum, { name, shape }) => {
    const isTable = rowsOf.has(Number.parseInt(name, 10));
    return sum + (isTable ? indices * shape[1] : sizeOf(shape));
  }, 0);
}

/**
 * Operations (two a multiply-add) and bytes of one step. Backwards every product becomes two of the
 * same size, but for those that read the first input, which needs no gradient. Bytes are those of
 * passes over memory that nothing keeps in a cache: parameters are read forwards and backwards,
 * their gradients written, the optimiser's update done in one pass; what products put out is written
 * and read backwards, and so are the gradients of it.
 *
 * @param {object} workload as workloads/write.mjs writes it
 */
export function workOf({ kind, layers, parameters, arrays, optimizer, product, batchSize }) {
  if (kind === "product") {
    const { m, k, n } = product;
    return { operations: 2 * m * k * n, bytes: 4 * (m * k + k * n + m * n) };
  }
  const { shape: input } = arrays.find(({ key }) => key === "x");
  let shape = input;
  let all = 0;
  let put = 0;
  let ofFirstInput;
  for (const layer of layers) {
    const count = counts[layer.type](layer, shape, batchSize);
    shape = count.shape;
    all += count.all ?? 0;
    put += count.put ?? 0;
    // An embedding has no product that reads its input, but what comes behind it needs gradients.
    if (count.put) ofFirstInput ??= count.ofInput ?? 0;
  }
  const weights = touched(layers, parameters, sizeOf(input));
  if (kind === "inference") return { operations: 2 * all, bytes: 4 * (weights + 2 * put) };
  return {
    operations: 2 * (3 * all - ofFirstInput),
    bytes: 4 * (weights * (3 + updates[optimizer]) + 4 * put),
  };
}

/** What is moved in less than this may stay in the caches, where the speed of memory is no limit. */
const CACHED_BYTES = 64 * 2 ** 20;

/** The shares of the machine's limits that `work` in so many microseconds reaches. */
export function sharesOf({ operations, bytes }, microseconds, limits) {
  const seconds = microseconds / 1e6;
  const gigaflops = operations / seconds / 1e9;
  if (limits === undefined) return { gigaflops };
  const arithmetic = operations / limits.operationsPerSecond;
  const ofPeak = arithmetic / seconds;
  if (bytes < CACHED_BYTES) return { gigaflops, ofPeak };
  const memory = bytes / limits.bytesPerSecond;
  return { gigaflops, ofPeak, ofRoofline: (arithmetic + memory) / seconds };
}
