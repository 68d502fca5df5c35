import type { ComponentChildren, JSX } from "preact";

/** The heads of a table's columns. */
export function Heads({ names }: { readonly names: readonly ComponentChildren[] }): JSX.Element {
  return (
    <thead>
      <tr>
        {names.map((name, index) => (
          <th key={index} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
