import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { text } from "../../app/preferences.js";
import { type DrawnNode, usersOf } from "./drawn.js";

export interface NodePanelProps {
  readonly nodes: readonly DrawnNode[];
  readonly chosen: number | null;
  readonly onChoose: (position: number) => void;
}

/** What the chosen box is, and the ways to its neighbours. */
export function NodePanel({ nodes, chosen, onChoose }: NodePanelProps): JSX.Element {
  const words = text.value.network;
  const users = useMemo(() => usersOf(nodes), [nodes]);
  const node = chosen === null ? undefined : nodes[chosen];
  if (chosen === null || !node) {
    return (
      <section class="card node-panel">
        <p class="soft">{words.choose}</p>
        <ul class="legend">
          {(["leaf", "view", "computation"] as const).map((kind) => (
            <li key={kind}>
              <span class={`key ${kind}`} /> {words.kinds[kind]}
            </li>
          ))}
          <li>
            <span class="key marked" /> {words.marked}
          </li>
        </ul>
      </section>
    );
  }
  const { title, detail, values, mark, operations, inputs } = node;
  return (
    <section class="card node-panel" aria-live="polite">
      <h2>{title}</h2>
      {detail && <p class="mono">{detail}</p>}
      {values.map((value) => (
        <p class="mono" key={value}>
          {value}
        </p>
      ))}
      {mark && <p class="notice">{words.marks[mark]}</p>}
      {operations.length > 0 && <p>{operations.join(" → ")}</p>}
      <Neighbours title={words.reads} positions={inputs} nodes={nodes} onChoose={onChoose} />
      <Neighbours
        title={words.readBy}
        positions={users[chosen] ?? []}
        nodes={nodes}
        onChoose={onChoose}
      />
    </section>
  );
}

function Neighbours(props: {
  readonly title: string;
  readonly positions: readonly number[];
  readonly nodes: readonly DrawnNode[];
  readonly onChoose: (position: number) => void;
}): JSX.Element | null {
  const { title, positions, nodes, onChoose } = props;
  if (positions.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="neighbours">
        {positions.map((position) => {
          const { title, detail, values } = nodes[position] as DrawnNode;
          return (
            <li key={position}>
              <button type="button" class="button quiet" onClick={() => onChoose(position)}>
                <b>{title}</b> {detail} <span class="soft">{values[0]}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
