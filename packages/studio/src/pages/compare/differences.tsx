import type { JSX } from "preact";
import type { Difference, FileDiff, RunDiff } from "versant/studio-api";
import { format, text } from "../../app/preferences.js";
import { Heads } from "../../design/heads.js";
import { betterOf, splitOf } from "./marks.js";

/** What differs between two runs, by what it is about; the parts of long values that differ are marked. */
export function Differences({ diff }: { readonly diff: RunDiff }): JSX.Element {
  const { compare } = text.value;
  const sections = Object.entries(diff.sections).filter(([, rows]) => rows.length > 0);
  if (sections.length === 0 && diff.files.length === 0) {
    return <p class="card empty">{compare.noDifference}</p>;
  }
  return (
    <>
      {sections.map(([section, rows]) => (
        <section class="card" key={section}>
          <header>
            <h2>{compare.sections[section] ?? section}</h2>
            <span class="soft small">{compare.same(rows.length)}</span>
          </header>
          <table class="plain differences">
            <Heads
              names={[
                compare.name,
                ...diff.runs.map((run, index) => (
                  <span key={index}>
                    <span class={`swatch series-${index + 1}`} aria-hidden="true" /> {run}
                  </span>
                )),
              ]}
            />
            <tbody>
              {rows.map((row) => (
                <Row key={row.name} {...row} isScore={section === "scores"} />
              ))}
            </tbody>
          </table>
        </section>
      ))}
      {diff.files.length > 0 && (
        <section class="card">
          <h2>{compare.files}</h2>
          {diff.files.map((file) => (
            <Patch key={file.path} {...file} />
          ))}
        </section>
      )}
    </>
  );
}

function Row(props: Difference & { readonly isScore: boolean }): JSX.Element {
  const { name, values, isScore } = props;
  const { compare } = text.value;
  const better = isScore ? betterOf(name, values) : undefined;
  return (
    <tr>
      <th scope="row" class="mono">
        {name}
      </th>
      {values.map((value, index) => (
        <td key={`${index === 0}`}>
          {/* JSON writes null for what one of the runs does not have. */}
          {value == null ? (
            <span class="soft">{compare.none}</span>
          ) : (
            <Marked
              value={format.value.value(value)}
              other={format.value.value(values[1 - index])}
            />
          )}
          {better === index && <span class="better small"> {compare.better}</span>}
        </td>
      ))}
    </tr>
  );
}

/** Texts shorter than this differ as a whole. */
const long = 24;

function Marked({ value, other }: { readonly value: string; readonly other: string }): JSX.Element {
  const parts = value.length < long ? (["", value, ""] as const) : splitOf(value, other);
  return (
    <>
      {parts[0]}
      <mark>{parts[1]}</mark>
      {parts[2]}
    </>
  );
}

const kinds: Readonly<Record<string, string>> = { "+": "added", "-": "removed", "@": "soft" };

function Patch({ path, patch }: FileDiff): JSX.Element {
  return (
    <details class="patch">
      <summary class="mono">{path}</summary>
      <pre class="mono">
        {patch.split("\n").map((line, index) => (
          <span key={`${index} ${line}`} class={kinds[line[0] ?? ""] ?? ""}>
            {`${line}\n`}
          </span>
        ))}
      </pre>
    </details>
  );
}
