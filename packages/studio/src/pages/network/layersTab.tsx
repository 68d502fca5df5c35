import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { GraphAnswer } from "versant/studio-api";
import { format, text } from "../../app/preferences.js";
import { TextField } from "../../design/field.js";

/** The architecture, layer by layer: what comes out of each, and how much of the model it is. */
export function LayersTab({ answer }: { readonly answer: GraphAnswer }): JSX.Element {
  const words = text.value.network;
  const { layers, parameters, graph } = answer;
  const [search, setSearch] = useState("");
  const wanted = search.toLowerCase();
  const shown = layers.filter(({ name, kind, output }) =>
    `${name} ${kind} ${output}`.toLowerCase().includes(wanted),
  );
  const most = Math.max(1, ...layers.map((layer) => layer.parameters));
  return (
    <div class="layers">
      <TextField
        label={words.search}
        value={search}
        placeholder={words.layerHint}
        inputMode="search"
        onInput={setSearch}
      />
      <ol>
        {!search &&
          graph?.inputs.map(({ name, dtype, shape }) => (
            <li class="layer end" key={name}>
              <b>{name}</b>
              <span class="soft">{words.input}</span>
              <code>{`${dtype} (${shape.map(sizeText).join(", ")}${shape.length === 1 ? "," : ""})`}</code>
            </li>
          ))}
        {shown.map((layer, index) => (
          <li class="layer" key={`${index} ${layer.name}`}>
            <b>{layer.kind}</b>
            <span class="soft">{layer.name}</span>
            <code>{layer.output}</code>
            <span class="count">
              {layer.parameters > 0 &&
                words.parameters(
                  format.value.integer(layer.parameters),
                  format.value.percent(layer.parameters / Math.max(1, parameters)),
                )}
            </span>
            {layer.parameters > 0 && (
              <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(100 * layer.parameters) / most} height="4" />
              </svg>
            )}
          </li>
        ))}
      </ol>
      {shown.length === 0 && <p class="card empty">{words.noLayer}</p>}
    </div>
  );
}

/** "N", "2 N + 7": a size of the graph as people write it. */
const sizeText = (size: number | readonly (readonly [number, ...string[]])[]): string =>
  typeof size === "number"
    ? String(size)
    : size
        .map(([factor, ...symbols]) =>
          factor === 1 && symbols.length > 0 ? symbols.join(" ") : [factor, ...symbols].join(" "),
        )
        .join(" + ");
