import { arange, concatenate, slice, type Tensor, zeros } from "../../tensor/index.js";

const block = 64;

/**
 * x_0, x_0 + x_1, x_0 + x_1 + x_2, ... of float32 (L,). Blocks of 64 are products with a triangle of
 * ones, and a running sum of their totals goes before them, so that the work grows as L does. Counts
 * are exact up to 2^24, whatever the order of additions.
 */
export function runningSum(x: Tensor): Tensor {
  const length = x.shape[0] as number;
  const blocks = Math.ceil(length / block);
  const padded = blocks * block === length ? x : concatenate([x, zeros([blocks * block - length])]);
  const upTo = arange(block).unsqueeze(1).lessEqual(arange(block)).cast("float32");
  const within = padded.reshape([blocks, block]).matmul(upTo);
  if (blocks <= 1) return within.reshape([blocks * block]).at(slice(0, length));
  const totals = within.at(slice(), -1);
  const before = runningSum(totals).subtract(totals);
  return within
    .add(before.unsqueeze(1))
    .reshape([blocks * block])
    .at(slice(0, length));
}
