import type { AnyModule } from "../../nn/index.js";
import { GraphModel } from "../../portable/index.js";
import { decode, encode, requireClose } from "../encoded.js";
import { outputOf, type Subject } from "./run.js";

/** As a graph that was written and read again, a layer answers the same in evaluation mode, bit for bit. */
export function checkPortable<L extends AnyModule>(subject: Subject<L>): void {
  const dtype = "float32";
  const inputs = subject.inputs.map((each) => decode(each, dtype));
  const layer = subject.make(dtype);
  const traced = GraphModel.trace((...given) => subject.call(layer, ...given), inputs, {
    model: layer,
    axes: inputs.map(() => []),
  });
  const document: unknown = JSON.parse(JSON.stringify(traced));
  const read = GraphModel.fromJSON(document, traced.stateDict());
  layer.eval();
  const expected = encode(outputOf(subject, layer, inputs, dtype));
  requireClose(read.forward(...inputs), expected, () => 0);
}
