import type { JSX } from "preact";
import type { Axis } from "versant/figures";
import { Select } from "../../design/field.js";

/** One axis of several, by its title. */
export function AxisSelect(props: {
  readonly label: string;
  readonly axes: readonly Pick<Axis, "name" | "title">[];
  readonly value: string;
  readonly onChange: (name: string) => void;
}): JSX.Element {
  const { label, axes, value, onChange } = props;
  return (
    <Select
      label={label}
      value={value}
      options={axes.map(({ name, title }) => [name, title])}
      onChange={onChange}
    />
  );
}
