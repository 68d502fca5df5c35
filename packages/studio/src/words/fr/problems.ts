import type { Obstacle } from "versant/studio-api";
import type { ProblemWords } from "../problems.js";
import { states } from "./app.js";

const unusable = (path: string): string => `le registre ${path} ne peut pas être utilisé`;

const obstacleNames: Readonly<Record<Obstacle, string>> = {
  training: "son entraînement n’est pas terminé",
  test: "elle n’a pas de scores sur les données de test",
  data: "ses données n’ont pas été lues, et rien ne peut leur être lié",
  weights: "ses poids n’ont pas été gardés",
  damage: "le fichier de ses poids est absent ou altéré",
  leaks:
    "des lignes qui servent à mesurer se trouvent aussi dans l’entraînement, ou n’y ont pas été cherchées (dites alors pourquoi vous approuvez malgré cela)",
  changes:
    "elle a été reprise avec un autre code, d’autres données ou une autre arithmétique (dites alors pourquoi vous approuvez malgré cela)",
};

/** A code that the French words lack does not compile. */
export const problems: Required<ProblemWords> = {
  "ledger.missing": ({ path }) => `${unusable(path)}\u00a0: ce fichier n’existe pas.`,
  "ledger.damaged": ({ path }) =>
    `${unusable(path)}\u00a0: le fichier est endommagé. Remplacez-le par une copie saine, et gardez-le pour \`versant ledger verify\`.`,
  "ledger.full": ({ path }) =>
    `${unusable(path)}\u00a0: le disque est plein. Faites de la place\u00a0; ce qui a été enregistré est intact.`,
  "ledger.readOnly": ({ path }) =>
    `${unusable(path)}\u00a0: l’écriture doit être permise dans ce dossier.`,
  "ledger.locked": ({ path }) =>
    `${unusable(path)}\u00a0: un autre processus le verrouille. Terminez ce processus, puis réessayez.`,
  "ledger.unusable": ({ path, reason }) => `${unusable(path)} (${reason}).`,
  "ledger.replaced": ({ path }) => `le registre ${path} a été remplacé par un autre.`,
  "key.unusable": ({ path }) =>
    `la clé ${path} ne peut pas signer\u00a0: il faut une clé Ed25519 que vous seul pouvez lire (droits 600), dans un dossier à vous.`,
  "run.unknown": ({ word }) => `il n’y a pas d’exécution «\u00a0${word}\u00a0».`,
  "run.ambiguous": ({ word, names }) =>
    `«\u00a0${word}\u00a0» est le début de plusieurs exécutions (${names.join(", ")})\u00a0; écrivez la suite du nom.`,
  "search.unknown": ({ word }) => `il n’y a pas de recherche «\u00a0${word}\u00a0».`,
  "search.ambiguous": ({ word, names }) =>
    `«\u00a0${word}\u00a0» est le début de plusieurs recherches (${names.join(", ")})\u00a0; écrivez la suite du nom.`,
  "condition.field": ({ name, near }) =>
    `aucune exécution n’a «\u00a0${name}\u00a0»${near ? `\u00a0; le plus proche est «\u00a0${near}\u00a0»` : ""}.`,
  "steer.ended": ({ run, state }) =>
    `${run} a pris fin entre-temps (${stateOf(state)})\u00a0: seul un entraînement en cours peut être piloté.`,
  "steer.killed": ({ run }) =>
    `le processus qui entraînait ${run} n’est plus là\u00a0: seul un entraînement en cours peut être piloté.`,
  "decide.score": ({ evidence, run, names }) =>
    `élément «\u00a0${evidence}\u00a0»\u00a0: ${run} n’a pas ce score\u00a0; il a ${names.join(", ") || "encore aucun score"}.`,
  "tag.word": ({ tag }) =>
    `«\u00a0${tag}\u00a0» n’est pas une étiquette\u00a0: il faut un mot de lettres, de chiffres et de _ . @ -.`,
  "approve.obstacles": ({ run, obstacles }) =>
    `${run} ne peut pas être approuvée\u00a0: ${obstacles.map((each) => obstacleNames[each]).join("\u00a0; ")}.`,
  "session.unknown": () =>
    "ce navigateur n’est pas connu ici\u00a0: ouvrez l’adresse avec le jeton qu’affiche `versant studio`.",
  "session.token": () => "ce jeton n’est pas celui de ce studio.",
  "session.tries": ({ seconds }) =>
    `trop de tentatives\u00a0; la prochaine est possible dans ${seconds}\u00a0s.`,
  "session.mark": () => "cette page est d’une session antérieure\u00a0; rechargez-la.",
  "session.foreign": () =>
    "ce studio ne répond qu’à ses propres pages, sous l’adresse qu’il affiche.",
  "request.size": ({ bytes }) => `c’est trop long\u00a0: ${Math.round(bytes / 1024)} Kio au plus.`,
  "request.form": () => "le serveur n’a pas compris ce que la page a envoyé.",
  "server.fault": () => "le serveur du studio a rencontré une erreur\u00a0; sa sortie en dit plus.",
};

const stateOf = (state: string): string => states[state as keyof typeof states] ?? state;
