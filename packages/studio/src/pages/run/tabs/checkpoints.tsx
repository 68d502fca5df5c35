import type { JSX } from "preact";
import type { PlaceRecord, RunDetail } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";
import { Heads } from "../../../design/heads.js";
import { When } from "../../../design/when.js";
import { Hash } from "../hash.js";

/** What training could go on from, the newest first. */
export function CheckpointsTab({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run } = text.value;
  if (detail.checkpoints.length === 0) return <p class="card empty">{run.noCheckpoints}</p>;
  return (
    <div class="card">
      <table class="plain stacked">
        <Heads names={[run.place, run.size, run.kept, run.hash, run.when]} />
        <tbody>
          {[...detail.checkpoints].reverse().map(({ sequence, time, payload }) => (
            <tr key={sequence}>
              <th scope="row">
                {run.epoch(format.value.integer(completeEpochs(payload.place)), null)},{" "}
                {run.stepAxis} {format.value.integer(payload.place.step)}
              </th>
              <td>{format.value.bytes(payload.bytes)}</td>
              <td>
                {payload.best &&
                  `${payload.best.monitor} ${format.value.value(payload.best.score)}`}
              </td>
              <td>
                <Hash value={payload.tensors} />
              </td>
              <td>
                <When time={time} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Places count the epoch that they stand in, from 1; before its first batch none of it is done. */
const completeEpochs = ({ epoch, batch }: PlaceRecord): number => (batch === 0 ? epoch - 1 : epoch);
