import type { JSX } from "preact";
import type { ApproveRequest, DecideRequest, RunRow, TagRequest } from "versant/studio-api";
import { post } from "../../api/client.js";
import { text } from "../../app/preferences.js";
import { Dialog } from "../../design/dialog.js";

interface RunDialogProps {
  readonly run: RunRow;
  readonly onClose: () => void;
}

const addressOf = ({ id }: RunRow, what: string): string =>
  `/api/runs/${encodeURIComponent(id)}/${what}`;

/** What stands on each line of a text. */
const linesOf = (lines: string): string[] =>
  lines
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

const missing = (value: string): string | undefined =>
  value === "" ? text.value.decide.missing : undefined;

export function DecideDialog({ run, onClose }: RunDialogProps): JSX.Element {
  const { decide, steer } = text.value;
  return (
    <Dialog
      title={decide.title}
      about={decide.about}
      fields={{
        title: { label: decide.name, placeholder: decide.nameHint, check: missing },
        why: { label: steer.why, rows: 3, check: missing },
        from: {
          label: decide.from,
          isHalf: true,
          check: (from, { to }) => ((from === "") === (to === "") ? undefined : decide.both),
        },
        to: { label: decide.to, isHalf: true },
        alternatives: { label: decide.alternatives, rows: 2, hint: decide.alternativesHint },
        evidence: {
          label: decide.evidence,
          rows: 2,
          hint: decide.evidenceHint,
          initial: `#${run.number}`,
        },
      }}
      send={decide.send}
      onSend={async ({ title, why, from, to, alternatives, evidence }) => {
        await post(addressOf(run, "decide"), {
          ...{ title, why },
          ...(from && { from, to }),
          ...{ alternatives: linesOf(alternatives), evidence: linesOf(evidence) },
        } satisfies DecideRequest);
      }}
      onClose={onClose}
    />
  );
}

export function ApproveDialog({ run, onClose }: RunDialogProps): JSX.Element {
  const { approve } = text.value;
  return (
    <Dialog
      title={approve.title}
      about={approve.about}
      fields={{
        statement: {
          label: approve.statement,
          rows: 3,
          hint: approve.statementHint,
          check: missing,
        },
        despite: { label: approve.despite, rows: 2, hint: approve.despiteHint },
      }}
      send={approve.send}
      onSend={async ({ statement, despite }) => {
        await post(addressOf(run, "approve"), {
          statement,
          ...(despite && { despite }),
        } satisfies ApproveRequest);
      }}
      onClose={onClose}
    />
  );
}

export function TagDialog({ run, onClose }: RunDialogProps): JSX.Element {
  const { tags } = text.value;
  return (
    <Dialog
      title={tags.title}
      fields={{ typed: { label: tags.edit, hint: tags.hint, initial: run.tags.join(" ") } }}
      send={tags.save}
      onSend={async ({ typed }) => {
        const wanted = [...new Set(typed.split(/\s+/).filter(Boolean))];
        const added = wanted.filter((tag) => !run.tags.includes(tag));
        const removed = run.tags.filter((tag) => !wanted.includes(tag));
        if (added.length + removed.length === 0) return;
        await post(addressOf(run, "tag"), { added, removed } satisfies TagRequest);
      }}
      onClose={onClose}
    />
  );
}
