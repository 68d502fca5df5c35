import { expect, test } from "vitest";
import type { ProfileReport } from "../../src/index.js";
import { profileTable } from "../../src/progress/profileTable.js";

const report: ProfileReport = {
  experiment: "digits",
  device: "native",
  arithmetic: "native-fma",
  threads: 2,
  seed: 42,
  hyperparameters: {},
  limits: { operationsPerSecond: 200e9, bytesPerSecond: 40e9 },
  steps: 1500,
  nanoseconds: 100_000,
  outside: 9_800,
  kernels: [
    {
      label: "matmul (64, 40)",
      kind: "matmul",
      calls: 2,
      nanoseconds: 60_000,
      operations: 9_000_000,
      bytes: 600_000,
    },
    {
      label: "multiply+multiply+add+multiply+multiply+... (40, 784)",
      kind: "loop",
      calls: 0.5,
      nanoseconds: 25_000,
      operations: 0,
      bytes: 2_000_000,
    },
    {
      label: "the gradient of hidden.0.weight",
      kind: "checkFinite",
      calls: 1000,
      nanoseconds: 5_000,
      operations: 0,
      bytes: 100_000,
    },
    { label: "copy (1)", kind: "loop", calls: 3, nanoseconds: 150, operations: 0, bytes: 8 },
    { label: "add (1)", kind: "loop", calls: 1, nanoseconds: 50, operations: 1, bytes: 12 },
  ],
};

test("rates and shares of the limits; what is small in one row; sums at the end", () => {
  expect(profileTable(report)).toEqual([
    "kernel                                  calls      µs    share  GFLOP/s  of limit  GB/s  of limit",
    "-------------------------------------------------------------------------------------------------",
    "matmul (64, 40)                             2   60.00   60.0 %    150.0    75.0 %  10.0    25.0 %",
    "multiply+multiply+add+mul… (40, 784)      0.5   25.00   25.0 %                     80.0   200.0 %",
    "check the gradient of hidden.0.weig…    1,000    5.00    5.0 %                     20.0    50.0 %",
    "2 others                                    4    0.20    0.2 %      0.0     0.0 %   0.1     0.3 %",
    "-------------------------------------------------------------------------------------------------",
    "all kernels                           1,006.5   90.20   90.2 %     99.8    49.9 %  29.9    74.8 %",
    "outside of kernels                               9.80    9.8 %",
    "a step                                         100.00  100.0 %",
    "",
    "Means of the middle half of 1,500 steps. Above 100 % of the memory's GB/s, caches held the data.",
  ]);
});

test("a long step is told in milliseconds", () => {
  const [header, , first] = profileTable({ ...report, nanoseconds: 1e7 });
  expect(header).toMatch(/^kernel +calls +ms /);
  expect(first).toMatch(/^matmul \(64, 40\) +2 +0\.06 +0\.6 % /);
});

test("few steps are all taken", () => {
  expect(profileTable({ ...report, steps: 1 }).at(-1)).toMatch(/^Steps measured: 1\. /);
});

test("a long name without a shape loses its end", () => {
  const [kernel] = report.kernels;
  const label = "the gradient of encoder.layers.0.attention.weight";
  const [, , row] = profileTable({
    ...report,
    kernels: [{ ...(kernel as (typeof report.kernels)[number]), kind: "checkFinite", label }],
  });
  expect(row).toMatch(/^check the gradient of encoder\.layer… {2}/);
});
