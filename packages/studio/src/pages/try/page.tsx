import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { useResource } from "../../api/resource.js";
import { pathOf } from "../../app/paths.js";
import { text } from "../../app/preferences.js";
import type { PageProps } from "../../app/routes.js";
import { useTitle } from "../../app/title.js";
import { Failure, Notice } from "../../design/notice.js";
import { Answer } from "./answer.js";
import { emptySample, encodeSample, inputsOf, type Sample } from "./encode.js";
import { InputFields } from "./fields.js";
import { type Answered, loadModel, type TriedModel } from "./model.js";
import "./try.css";

/** A run's model, asked in this page: what is given does not leave the browser. */
export function TryPage({ parts }: PageProps): JSX.Element {
  const id = parts.id ?? "";
  const words = text.value.tryIt;
  useTitle(`${words.title} · ${id}`);
  const tried = useResource(id, (signal) => loadModel(id, signal));
  const known = tried.value.value;
  return (
    <div class="page try">
      <div class="page-head">
        <h1>{words.title}</h1>
        <a href={pathOf("runs", id)}>
          <bdi>{id}</bdi>
        </a>
      </div>
      <p class="soft">{words.about}</p>
      {tried.error.value && <Failure error={tried.error.value} onRetry={tried.reload} />}
      {known ? <Form tried={known} /> : tried.isLoading.value && <p>{words.loading}</p>}
    </div>
  );
}

type Samples = Readonly<Record<string, Sample | undefined>>;

function Form({ tried: { model, images } }: { readonly tried: TriedModel }): JSX.Element {
  const { input, output } = model.signature;
  const words = text.value.tryIt;
  const inputs = inputsOf(input);
  const [samples, setSamples] = useState<Samples>(() =>
    Object.fromEntries(inputs.map(([name, each]) => [name, emptySample(each)])),
  );
  const [answer, setAnswer] = useState<Answered>();
  const [fault, setFault] = useState<string>();
  const question = useRef(0);

  /** The answer to what was asked last is shown. */
  const ask = async (given: Samples): Promise<void> => {
    question.current += 1;
    const mine = question.current;
    const show = (found?: Answered, problem?: string): void => {
      if (mine !== question.current) return;
      setAnswer(found);
      setFault(problem);
    };
    try {
      const encoded: ArrayLike<number>[] = [];
      for (const [name, each] of inputs) {
        const sample = given[name];
        if (sample === undefined) return show(undefined, words.noImage);
        encoded.push(...(await encodeSample(each, name, sample)));
      }
      show(await model.predict(...encoded));
    } catch (error) {
      show(undefined, (error as Error).message);
    }
  };

  const change = (name: string, sample: Sample | undefined): void => {
    const changed = { ...samples, [name]: sample };
    setSamples(changed);
    if (input.kind !== "image") return;
    if (sample) return void ask(changed);
    question.current += 1;
    setAnswer(undefined);
    setFault(undefined);
  };

  return (
    <div class="try-columns">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void ask(samples);
        }}
      >
        {inputs.map(([name, each]) => (
          <InputFields
            key={name}
            name={name}
            input={each}
            images={images}
            sample={samples[name]}
            onChange={(sample) => change(name, sample)}
          />
        ))}
        {input.kind !== "image" && (
          <button type="submit" class="button primary">
            {words.ask}
          </button>
        )}
      </form>
      <section class="card" aria-live="polite" aria-label={words.answer}>
        <h2>{words.answer}</h2>
        {fault !== undefined && (
          <Notice kind="danger">
            <p>{fault}</p>
          </Notice>
        )}
        {answer ? (
          <Answer output={output} answer={answer} />
        ) : (
          fault === undefined && <p class="soft">{words.nothing}</p>
        )}
      </section>
    </div>
  );
}
