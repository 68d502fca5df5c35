import { concatenate, slice, type Tensor, tensor, zeros } from "../../tensor/index.js";

const block = 64;
/** Element (i, j) is 1 if i <= j, so that a product with it adds up to each place. */
const upTo = Float32Array.from({ length: block * block }, (_, at) =>
  Number(Math.floor(at / block) <= at % block),
);

/**
 * x_0, x_0 + x_1, x_0 + x_1 + x_2, ... of float32 (L,). Blocks of 64 are products with a triangle of
 * ones, and a running sum of their totals goes before them, so that the work grows as L does. Counts
 * are exact up to 2^24, whatever the order of additions.
 */
export function runningSum(x: Tensor): Tensor {
  const length = x.shape[0] as number;
  const blocks = Math.ceil(length / block);
  const padded = blocks * block === length ? x : concatenate([x, zeros([blocks * block - length])]);
  const within = padded.reshape([blocks, block]).matmul(tensor(upTo, { shape: [block, block] }));
  if (blocks <= 1) return within.reshape([blocks * block]).at(slice(0, length));
  const totals = within.at(slice(), -1);
  const before = runningSum(totals).subtract(totals);
  return within
    .add(before.unsqueeze(1))
    .reshape([blocks * block])
    .at(slice(0, length));
}
