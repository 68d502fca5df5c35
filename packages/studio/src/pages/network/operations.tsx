import type { JSX } from "preact";
import type { CompilerPasses } from "versant/studio-api";
import { format, text } from "../../app/preferences.js";
import { Heads } from "../../design/heads.js";
import { drawnOf, type Mark, operationsOf, type View } from "./drawn.js";

/** What a pass changed, in a sentence. */
export function summaryOf(passes: CompilerPasses, view: View): string {
  const { summaries } = text.value.network;
  const { captured, simplified, recomputed, instructions, joinedProducts, arenaBytes } = passes;
  const { integer, bytes } = format.value;
  const drawn = drawnOf(passes, view);
  const marked = (mark: Mark): string => integer(drawn.filter((each) => each.mark === mark).length);
  const before = integer(captured.nodes.length);
  const between = integer(simplified.nodes.length);
  switch (view) {
    case "captured":
      return summaries.captured(before, marked("dropped"));
    case "simplified":
      return summaries.simplified(before, between, marked("merged"), marked("rewritten"));
    case "recomputed":
      return summaries.recomputed(between, integer(recomputed.nodes.length), marked("repeated"));
    case "fused":
      return summaries.fused({
        units: integer(new Set(passes.units.filter((unit) => unit !== null)).size),
        fused: marked("fused"),
        instructions: integer(instructions),
        products: integer(joinedProducts),
        memory: bytes(arenaBytes),
      });
  }
}

/** How often each operation stands in the graph before and after the passes. */
export function Operations({ passes }: { readonly passes: CompilerPasses }): JSX.Element {
  const words = text.value.network;
  const stages = ["captured", "simplified", "recomputed"] as const;
  const counts = stages.map((stage) => operationsOf(passes[stage]));
  const names = [...new Set(counts.flatMap((each) => [...each.keys()]))].sort();
  return (
    <details class="card operations">
      <summary>{words.operations}</summary>
      <table class="plain">
        <Heads names={[words.operation, ...stages.map((stage) => words.passes[stage])]} />
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {counts.map((each, index) => {
                const count = each.get(name) ?? 0;
                const isOther = index > 0 && count !== (counts[index - 1]?.get(name) ?? 0);
                return (
                  <td key={stages[index]} class={isOther ? "changed" : ""}>
                    {format.value.integer(count)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
