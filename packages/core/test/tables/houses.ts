import { Tensor, tableFromObjects } from "@versant/core";
import { expect } from "vitest";

export const train = tableFromObjects([
  { rooms: 2, town: "Salem", sold: "2024-01-01", new: true, price: 10 },
  { rooms: 4, town: "Boston", sold: "2024-04-01", new: false, price: 20 },
  { rooms: null, town: "Salem", sold: "2025-07-01", new: true, price: 30 },
  { rooms: 9, town: null, sold: null, new: null, price: 60 },
]);

export const all = {
  inputs: {
    rooms: { as: "standard", missing: "median", flag: true },
    town: { as: "oneHot", unknown: "mean", missing: "slot" },
    sold: { as: "date", parts: ["month", "year"], missing: "mean" },
    new: { as: "number", missing: 0.5 },
  },
  target: { price: { as: "standard" } },
} as const;

export const rowsOf = (tensor: Tensor | undefined): number[][] => {
  if (!(tensor instanceof Tensor)) throw new Error("no tensor");
  const [rows = 0, width = 0] = tensor.shape;
  const data = [...tensor.dataSync()];
  return Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width));
};

export const close = (received: number[][], expected: number[][]): void => {
  expect(received.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  received.flat().forEach((value, at) => {
    expect(value).toBeCloseTo(expected.flat()[at] as number, 5);
  });
};
