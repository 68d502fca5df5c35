import type { ComponentType, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, refusal } from "../api/client.js";
import { Segments } from "../design/field.js";
import { Notice } from "../design/notice.js";
import { Popover } from "../design/popover.js";
import { words } from "../words/words.js";
import { Door } from "./door.js";
import { Guarded } from "./guarded.js";
import { isConnected, ledgerProblem } from "./live.js";
import { match } from "./paths.js";
import { type Language, language, text, theme } from "./preferences.js";
import { sentenceOf } from "./problem.js";
import { followLinks, place } from "./router.js";
import { type PageProps, routes } from "./routes.js";
import { session } from "./session.js";

/** The frame around every page: the bar, what is wrong with the connection, and the page itself. */
export function Shell(): JSX.Element {
  useEffect(() => {
    document.addEventListener("click", followLinks);
    return () => document.removeEventListener("click", followLinks);
  }, []);
  const { app } = text.value;
  return (
    <>
      <a class="button skip" href="#content">
        {app.skip}
      </a>
      <Bar />
      <main id="content" tabIndex={-1}>
        {!isConnected.value && !refusal.value && session.value && (
          <Notice kind="warning">
            <p>{app.disconnected}</p>
          </Notice>
        )}
        {ledgerProblem.value && (
          <Notice kind="danger" isUrgent>
            <p>
              {sentenceOf(new ApiError(503, ledgerProblem.value))} {app.ledgerBack}
            </p>
          </Notice>
        )}
        {session.value && <Page />}
        {refusal.value && <Door error={refusal.value} />}
      </main>
    </>
  );
}

function Bar(): JSX.Element {
  const { app } = text.value;
  const { path } = place.value;
  const links = [
    ["/runs", app.runs],
    ["/searches", app.searches],
    ["/compare", app.compare],
  ] as const;
  return (
    <header class="bar">
      <a class="brand" href="/runs" aria-label="Versant">
        <img src="/mark.svg" alt="" />
        <span>Versant</span>
      </a>
      <nav aria-label="Versant">
        {links.map(([address, name]) => (
          <a
            key={address}
            href={address}
            {...((path === "/" ? "/runs" : path).startsWith(address) && { "aria-current": "page" })}
          >
            {name}
          </a>
        ))}
      </nav>
      <div class="end">
        {session.value && (
          <span
            class="ledger soft small"
            title={`${session.value.ledger}\n${
              session.value.user ? app.signsAs(session.value.user.name) : app.signsNot
            }`}
          >
            <bdi>{session.value.ledger}</bdi>
          </span>
        )}
        <Popover icon="display" label={app.settings} isCompact>
          <Settings />
        </Popover>
      </div>
    </header>
  );
}

function Settings(): JSX.Element {
  const { app } = text.value;
  const languages = Object.entries(words) as [Language, (typeof words)[Language]][];
  return (
    <div class="settings">
      <div>
        <span class="label">{app.theme}</span>
        <Segments
          label={app.theme}
          value={theme.value}
          options={[
            ["system", app.themes.system],
            ["light", app.themes.light],
            ["dark", app.themes.dark],
          ]}
          onChange={(value) => {
            theme.value = value;
          }}
        />
      </div>
      <div>
        <span class="label">{app.language}</span>
        <Segments
          label={app.language}
          value={language.value}
          options={languages.map(([name, { languageName }]) => [name, languageName])}
          onChange={(value) => {
            language.value = value;
          }}
        />
      </div>
    </div>
  );
}

/** The page of the present address. A page that was loaded once is there at once. */
function Page(): JSX.Element | null {
  const { path } = place.value;
  const [loaded, setLoaded] = useState<{ pattern: string; Component: ComponentType<PageProps> }>();
  const [failed, setFailed] = useState(false);
  const first = useRef(true);
  const found = routes
    .map(({ pattern, load }) => ({ pattern, load, parts: match(pattern, path) }))
    .find(({ parts }) => parts !== null);
  const pattern = found?.pattern;

  useEffect(() => {
    let isHere = true;
    setFailed(false);
    found?.load().then(
      (Component) => isHere && setLoaded({ pattern: found.pattern, Component }),
      () => isHere && setFailed(true),
    );
    return () => {
      isHere = false;
    };
  }, [pattern]);

  // Who goes on to another page with a screen reader hears where that begins.
  useEffect(() => {
    if (!first.current) document.getElementById("content")?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);

  if (!found || failed) {
    return (
      <div class="empty">
        <p>{failed ? text.value.app.failed("") : text.value.app.notFound}</p>
        <a href="/runs">{text.value.app.toRuns}</a>
      </div>
    );
  }
  if (!loaded || loaded.pattern !== pattern) return null;
  const { Component } = loaded;
  return (
    <Guarded key={path}>
      <Component parts={found.parts ?? {}} />
    </Guarded>
  );
}
