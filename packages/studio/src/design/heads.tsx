import type { ComponentChildren, JSX } from "preact";

/** The heads of a table's columns. */
export function Heads(props: {
  readonly names: readonly ComponentChildren[];
  /** Whether a column has numbers, which stand at its right. Default: none has. */
  readonly isNumber?: (column: number) => boolean;
}): JSX.Element {
  const { names, isNumber = () => false } = props;
  return (
    <thead>
      <tr>
        {names.map((name, column) => (
          <th key={column} scope="col" class={isNumber(column) ? "number" : undefined}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
