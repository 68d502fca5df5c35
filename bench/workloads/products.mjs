// C = A B, and with either of them stored transposed.

const transpositions = {
  nn: [false, false],
  nt: [false, true],
  tn: [true, false],
  tt: [true, true],
};

/** C (m, n) = A (m, k) B (k, n); a transposed factor is stored the other way. */
function product(name, [m, k, n], [transposeA, transposeB]) {
  const matrix = (random, rows, columns, transposed) => ({
    shape: transposed ? [columns, rows] : [rows, columns],
    data: random.uniform(rows * columns, 1),
  });
  return {
    name,
    kind: "product",
    batchSize: m,
    layers: [],
    product: { m, k, n, transposeA, transposeB },
    batches: 1,
    batch: (random) => ({
      x: matrix(random, m, k, transposeA),
      y: matrix(random, k, n, transposeB),
    }),
  };
}

const square = (size) =>
  Object.entries(transpositions).map(([letters, transposed]) =>
    product(`gemm-${size}-${letters}`, [size, size, size], transposed),
  );

const odd = (m, k, n) => product(`gemm-${m}x${k}x${n}`, [m, k, n], transpositions.nn);

/** The slow ones last: who gives up at them has run all others. */
export const productWorkloads = [
  ...[64, 128, 256, 512].flatMap(square),
  odd(100, 100, 100),
  odd(127, 255, 511),
  odd(1000, 37, 513),
  ...[1024, 2048].flatMap(square),
];
