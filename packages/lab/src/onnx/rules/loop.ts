import type { StoredNode } from "@versant/core";
import { valueInfo } from "../info.js";
import type { OnnxRule, Scope } from "../scope.js";

type Loop = "scan" | "result";

/**
 * The body of a scan: its arguments are carries and slices. What is constant is read from the graph
 * around it by its name.
 */
function writeBody(node: StoredNode<"scan">, scope: Scope) {
  const { body, carries, sequences } = node.attributes;
  const writer = scope.writer.inner();
  const outside = scope.namesOf(node);
  const names = body.inputs.map((_, index) => {
    if (index >= carries + sequences) return outside[index] as string;
    return writer.fresh(index < carries ? "carry" : "slice");
  });
  const inner = scope.write(body, names, writer);
  // An output has to be the result of a node of the body, and of it alone.
  const outputs = body.outputs.map((index) => writer.add("Identity", [inner.name(index)]));
  return {
    name: writer.fresh("body"),
    node: writer.nodes,
    initializer: [],
    input: body.inputs
      .slice(0, carries + sequences)
      .map((argument, index) => valueInfo(names[index] as string, argument)),
    output: body.outputs.map((index, place) =>
      valueInfo(outputs[place] as string, inner.node(index)),
    ),
  };
}

export const loop: { readonly [P in Loop]: OnnxRule<P> } = {
  scan: (node, scope) => {
    const { body, carries, sequences, reverse } = node.attributes;
    const inputs = scope.namesOf(node).slice(0, carries + sequences);
    const directions = (count: number) => new Array<number>(count).fill(reverse ? 1 : 0);
    return scope.writer.addAll("Scan", inputs, body.outputs.length, {
      body: writeBody(node, scope),
      num_scan_inputs: sequences,
      ...(reverse
        ? {
            scan_input_directions: directions(sequences),
            scan_output_directions: directions(body.outputs.length - carries),
          }
        : {}),
    });
  },
  result: ({ inputs, attributes }, scope) => scope.name(inputs[0] as number, attributes.index),
};
