import type { FastifyReply, FastifyRequest } from "fastify";
import type { Language } from "../accountability/items.js";
import { foreign } from "../dossier/blocks.js";
import { escapeHtml } from "../dossier/escape.js";
import { style } from "../dossier/style.js";
import { sandboxed } from "./policy.js";
import type { StudioError } from "./problem.js";
import { preferred } from "./session.js";

const words: Readonly<Record<Language, { readonly title: string; readonly lead: string }>> = {
  en: {
    title: "This cannot be shown",
    lead: "The studio's own pages are still there; this is what its server says:",
  },
  fr: {
    title: "Ceci ne peut pas être affiché",
    lead: "Les pages du studio sont toujours là ; voici ce que dit son serveur, en anglais :",
  },
};

/** Whether somebody is to read the answer in a tab of its own, as the technical file is; scripts ask for no page. */
export const isForReading = ({ method, headers }: FastifyRequest): boolean =>
  method === "GET" && (headers.accept ?? "").includes("text/html");

/** Says on a page of its own why there is nothing else. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  { statusCode, message }: StudioError,
): FastifyReply {
  const language = languageOf(request);
  const { title, lead } = words[language];
  const page = [
    "<!doctype html>",
    `<html lang="${language}">`,
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title} · Versant</title>`,
    `<style>\n${style}\n</style>`,
    "</head>",
    "<body>",
    `<header><p class="kicker">Versant</p><h1>${title}</h1><p class="lead">${lead}</p></header>`,
    `<main><p class="notice missing" lang="en" dir="auto">${escapeHtml(foreign(message))}</p></main>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
  return sandboxed(reply).status(statusCode).type("text/html; charset=utf-8").send(page);
}

/** That of the page that led here, else the browser's. */
function languageOf({ query, headers }: FastifyRequest): Language {
  const { language } = query as { readonly language?: unknown };
  if (language === "en" || language === "fr") return language;
  return preferred(headers["accept-language"]);
}
