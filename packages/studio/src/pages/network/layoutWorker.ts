import { Graph, layout } from "@dagrejs/dagre";
import type { Drawing, LayoutRequest, Point } from "./drawing.js";

/** Layers from top to bottom, by the method of Gansner et al. (1993), "A technique for drawing directed graphs". */
function placed({ boxes, inputs }: LayoutRequest): Drawing {
  const graph = new Graph();
  // One alignment in place of the mean of four: chains and long edges are straight.
  graph.setGraph({ align: "DL", ranksep: 34, nodesep: 18, edgesep: 10, marginx: 12, marginy: 12 });
  for (const [position, box] of boxes.entries()) graph.setNode(String(position), { ...box });
  inputs.forEach((each, to) => {
    for (const from of each) graph.setEdge(String(from), String(to), {});
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    ...{ width, height },
    boxes: boxes.map((_, position) => {
      const { x, y } = graph.node(String(position)) as Point;
      return { x, y };
    }),
    edges: inputs.flatMap((each, to) =>
      each.map((from) => {
        const { points } = graph.edge(String(from), String(to)) as { points: readonly Point[] };
        return { from, to, points: points.map(({ x, y }) => ({ x, y })) };
      }),
    ),
  };
}

addEventListener("message", ({ data }: MessageEvent<{ id: number; request: LayoutRequest }>) => {
  postMessage({ id: data.id, drawing: placed(data.request) });
});
