import type { Obstacle } from "versant/studio-api";
import type { ProblemWords } from "../problems.js";
import { states } from "./app.js";

const unusable = (path: string): string => `le registre ${path} ne peut pas être utilisé`;

const obstacleNames: Readonly<Record<Obstacle, string>> = {
  training: "son entraînement n'est pas terminé",
  test: "il n'a pas de scores sur les données de test",
  data: "ses données n'ont pas été lues, rien ne peut donc leur être lié",
  weights: "ses poids n'ont pas été gardés",
  damage: "le fichier de ses poids manque, ou a été altéré",
  leaks:
    "des lignes qui servent à mesurer se trouvent aussi dans l'entraînement, ou n'y ont pas été cherchées (dites alors pourquoi vous approuvez malgré cela)",
  changes:
    "il a été repris avec un autre code, d'autres données ou une autre arithmétique (dites alors pourquoi vous approuvez malgré cela)",
};

/** A code that the French words lack does not compile. */
export const problems: Required<ProblemWords> = {
  "ledger.missing": ({ path }) => `${unusable(path)} : ce fichier n'existe pas.`,
  "ledger.damaged": ({ path }) =>
    `${unusable(path)} : le fichier est endommagé. Remettez-en une copie, et gardez-le pour \`versant ledger verify\`.`,
  "ledger.full": ({ path }) =>
    `${unusable(path)} : le disque est plein. Faites de la place ; ce qui a été enregistré est intact.`,
  "ledger.readOnly": ({ path }) => `${unusable(path)} : le dossier doit pouvoir être écrit.`,
  "ledger.locked": ({ path }) =>
    `${unusable(path)} : un autre processus le tient fermé. Terminez-le, et réessayez.`,
  "ledger.unusable": ({ path, reason }) => `${unusable(path)} (${reason}).`,
  "ledger.replaced": ({ path }) => `le registre ${path} a été remplacé par un autre.`,
  "key.unusable": ({ path }) =>
    `la clé ${path} ne peut pas signer : il faut une clé Ed25519 que vous seul pouvez lire (droits 600), dans un dossier à vous.`,
  "run.unknown": ({ word }) => `il n'y a pas d'essai « ${word} ».`,
  "run.ambiguous": ({ word, names }) =>
    `« ${word} » est le début de plusieurs essais (${names.join(", ")}) ; écrivez la suite du nom.`,
  "search.unknown": ({ word }) => `il n'y a pas de recherche « ${word} ».`,
  "search.ambiguous": ({ word, names }) =>
    `« ${word} » est le début de plusieurs recherches (${names.join(", ")}) ; écrivez la suite du nom.`,
  "condition.field": ({ name, near }) =>
    `aucun essai n'a « ${name} »${near ? ` ; le plus proche est « ${near} »` : ""}.`,
  "steer.ended": ({ run, state }) =>
    `${run} a pris fin entre-temps (${stateOf(state)}) : seul un entraînement en cours peut être conduit.`,
  "steer.killed": ({ run }) =>
    `le processus qui entraînait ${run} n'est plus là : seul un entraînement en cours peut être conduit.`,
  "decide.score": ({ evidence, run, names }) =>
    `preuve « ${evidence} » : ${run} n'a pas ce score ; il a ${names.join(", ") || "encore aucun score"}.`,
  "tag.word": ({ tag }) =>
    `« ${tag} » n'est pas une étiquette : il faut un mot de lettres, de chiffres et de _ . @ -.`,
  "approve.obstacles": ({ run, obstacles }) =>
    `${run} ne peut pas être approuvé : ${obstacles.map((each) => obstacleNames[each]).join(" ; ")}.`,
  "session.unknown": () =>
    "ce navigateur n'est pas connu ici : ouvrez l'adresse avec le jeton qu'affiche `versant studio`.",
  "session.token": () => "ce n'est pas le jeton de ce studio.",
  "session.tries": ({ seconds }) => `trop d'essais ; le prochain est possible dans ${seconds} s.`,
  "session.mark": () => "cette page est d'une session antérieure ; rechargez-la.",
  "session.foreign": () =>
    "ce studio ne répond qu'à ses propres pages, sous l'adresse qu'il affiche.",
  "request.size": ({ bytes }) => `c'est trop long : ${Math.round(bytes / 1024)} Kio au plus.`,
  "request.form": () => "le serveur n'a pas compris ce que la page a envoyé.",
  "server.fault": () => "le serveur du studio a rencontré une erreur ; sa sortie en dit plus.",
};

const stateOf = (state: string): string => states[state as keyof typeof states] ?? state;
