import { compileGraph } from "../compile/index.js";
import type { Device, Executable } from "../device/index.js";
import { type Graph, type Inventory, inventoryOf } from "../graph/index.js";

/** A graph on a device, ready to run. */
export interface Loaded {
  readonly executable: Executable;
  readonly inventory: Inventory;
}

/** Ties graph, compiler and device together. */
export function load(device: Device, graph: Graph): Loaded {
  const inventory = inventoryOf(graph);
  const program = () => compileGraph(graph, inventory);
  return { executable: device.load({ graph, inventory, program }), inventory };
}
