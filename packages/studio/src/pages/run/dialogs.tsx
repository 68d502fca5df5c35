import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ApproveRequest, DecideRequest, RunRow, TagRequest } from "versant/studio-api";
import { post } from "../../api/client.js";
import { text } from "../../app/preferences.js";
import { Dialog } from "../../design/dialog.js";
import { TextField } from "../../design/field.js";

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

export function DecideDialog({ run, onClose }: RunDialogProps): JSX.Element {
  const { decide } = text.value;
  const [title, setTitle] = useState("");
  const [why, setWhy] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [alternatives, setAlternatives] = useState("");
  const [evidence, setEvidence] = useState(`#${run.number}`);
  const [isChecked, setIsChecked] = useState(false);
  const isHalf = (from.trim() === "") !== (to.trim() === "");
  const missing = (value: string): string | undefined =>
    isChecked && value.trim() === "" ? decide.missing : undefined;
  return (
    <Dialog
      title={decide.title}
      about={decide.about}
      send={decide.send}
      validate={() => {
        setIsChecked(true);
        return title.trim() !== "" && why.trim() !== "" && !isHalf;
      }}
      onSend={async () => {
        const request: DecideRequest = {
          title: title.trim(),
          why: why.trim(),
          ...(from.trim() && { from: from.trim(), to: to.trim() }),
          alternatives: linesOf(alternatives),
          evidence: linesOf(evidence),
        };
        await post(addressOf(run, "decide"), request);
      }}
      onClose={onClose}
    >
      <TextField
        label={decide.name}
        value={title}
        onInput={setTitle}
        placeholder={decide.nameHint}
        error={missing(title)}
      />
      <TextField
        label={text.value.steer.why}
        value={why}
        onInput={setWhy}
        rows={3}
        error={missing(why)}
      />
      <div class="pair">
        <TextField
          label={decide.from}
          value={from}
          onInput={setFrom}
          error={isChecked && isHalf ? decide.both : undefined}
        />
        <TextField label={decide.to} value={to} onInput={setTo} />
      </div>
      <TextField
        label={decide.alternatives}
        value={alternatives}
        onInput={setAlternatives}
        rows={2}
        hint={decide.alternativesHint}
      />
      <TextField
        label={decide.evidence}
        value={evidence}
        onInput={setEvidence}
        rows={2}
        hint={decide.evidenceHint}
      />
    </Dialog>
  );
}

export function ApproveDialog({ run, onClose }: RunDialogProps): JSX.Element {
  const { approve, decide } = text.value;
  const [statement, setStatement] = useState("");
  const [despite, setDespite] = useState("");
  const [isChecked, setIsChecked] = useState(false);
  return (
    <Dialog
      title={approve.title}
      about={approve.about}
      send={approve.send}
      validate={() => {
        setIsChecked(true);
        return statement.trim() !== "";
      }}
      onSend={async () => {
        const request: ApproveRequest = {
          statement: statement.trim(),
          ...(despite.trim() && { despite: despite.trim() }),
        };
        await post(addressOf(run, "approve"), request);
      }}
      onClose={onClose}
    >
      <TextField
        label={approve.statement}
        value={statement}
        onInput={setStatement}
        rows={3}
        hint={approve.statementHint}
        error={isChecked && statement.trim() === "" ? decide.missing : undefined}
      />
      <TextField
        label={approve.despite}
        value={despite}
        onInput={setDespite}
        rows={2}
        hint={approve.despiteHint}
      />
    </Dialog>
  );
}

export function TagDialog({ run, onClose }: RunDialogProps): JSX.Element {
  const { tags } = text.value;
  const [typed, setTyped] = useState(run.tags.join(" "));
  return (
    <Dialog
      title={tags.title}
      send={tags.save}
      validate={() => true}
      onSend={async () => {
        const wanted = [...new Set(typed.split(/\s+/).filter(Boolean))];
        const request: TagRequest = {
          added: wanted.filter((tag) => !run.tags.includes(tag)),
          removed: run.tags.filter((tag) => !wanted.includes(tag)),
        };
        if (request.added?.length || request.removed?.length) {
          await post(addressOf(run, "tag"), request);
        }
      }}
      onClose={onClose}
    >
      <TextField label={tags.edit} value={typed} onInput={setTyped} hint={tags.hint} />
    </Dialog>
  );
}
