import type { JSX } from "preact";
import { text } from "../app/preferences.js";
import { Segments } from "../design/field.js";

/** Whether values are told apart by their differences or by their logarithms. */
export function ScaleChoice(props: {
  readonly label: string;
  readonly isLog: boolean;
  readonly onChange: (isLog: boolean) => void;
}): JSX.Element {
  const { label, isLog, onChange } = props;
  const { run } = text.value;
  return (
    <Segments
      label={label}
      value={isLog ? "log" : "linear"}
      options={[
        ["linear", run.linear],
        ["log", run.logarithmic],
      ]}
      onChange={(scale) => onChange(scale === "log")}
    />
  );
}
