import { VersantError } from "../../array/index.js";
import type { AnyModule } from "../../nn/index.js";
import { manualSeed, type Tensor } from "../../tensor/index.js";
import { decode, encode, requireClose } from "../encoded.js";
import { isTrained, outputOf, type Subject, train } from "./run.js";

/** A layer that is given another's state dict computes the same, bit for bit. */
export function checkStateDict<L extends AnyModule>(subject: Subject<L>): void {
  const dtype = "float32";
  const inputs = subject.inputs.map((each) => decode(each, dtype));
  const run = (layer: L): Tensor => {
    manualSeed(3);
    return outputOf(subject, layer, inputs, dtype);
  };
  manualSeed(1);
  const trained = subject.make(dtype);
  // Moves buffers, and then parameters too.
  const target = encode(run(trained).sub(1));
  if (isTrained(trained)) train(subject, trained, target, { dtype, mode: "eager" });
  manualSeed(2);
  const fresh = subject.make(dtype);
  fresh.loadStateDict(trained.stateDict());
  for (const evaluation of [true, false]) {
    const [expected, received] = [trained, fresh].map((layer) =>
      run(evaluation ? layer.eval() : layer.train()),
    );
    try {
      requireClose(received as Tensor, encode(expected as Tensor), () => 0);
    } catch (error) {
      throw new VersantError(
        `in ${evaluation ? "evaluation" : "training"} mode a layer that was given the state of ` +
          "another gives another output; is all that it computes with a Parameter or Buffer in a " +
          `property of its own? ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
}
