import type { Words } from "../words.js";

export const steer: Words["steer"] = {
  title: "Conduire",
  pause: "Pause",
  resume: "Reprendre",
  stop: "Arrêter",
  learningRate: "Changer le taux",
  asked: {
    pause: "Mettre l'entraînement en pause",
    resume: "Reprendre l'entraînement",
    stop: "Arrêter l'entraînement",
    learningRate: "Changer le taux d'apprentissage",
  },
  newRate: "Nouveau taux d'apprentissage",
  nowRate: (rate) => `Actuellement ${rate}`,
  why: "Pourquoi",
  whyHint: "Une phrase ; elle est signée et reste au registre.",
  whyMissing: "Écrivez pourquoi.",
  rateWrong: "Écrivez un nombre supérieur à 0, comme 0.001.",
  send: "Signer et envoyer",
  sent: {
    pause: "La pause est demandée.",
    resume: "La reprise est demandée.",
    stop: "L'arrêt est demandé.",
    learningRate: "Un autre taux est demandé.",
  },
  waiting: "L'entraînement l'applique entre deux lots.",
  applied: (what, step) => `${what} après le pas ${step}.`,
  done: {
    pause: "En pause",
    resume: "Repris",
    stop: "Arrêté",
    learningRate: "Taux changé",
  },
};

export const decide: Words["decide"] = {
  title: "Enregistrer une décision",
  action: "Décider",
  about: "Ce qui a été décidé, et pourquoi. C'est signé et lié à cet essai.",
  name: "Décision",
  nameHint: "Adam à 0.001",
  from: "Avant",
  to: "Maintenant",
  both: "Remplissez les deux, ou aucun.",
  alternatives: "Autres possibilités",
  alternativesHint: "Une par ligne",
  evidence: "Preuves",
  evidenceHint: "Essais et scores, un par ligne : #12:validation.accuracy",
  missing: "Ce champ est nécessaire.",
  send: "Signer et enregistrer",
};

export const approve: Words["approve"] = {
  title: "Approuver cet essai",
  action: "Approuver",
  about:
    "Vous répondez de ce modèle : ses poids, données, code et évaluation, par leurs empreintes.",
  statement: "Déclaration",
  statementHint: "À quoi il convient, et sous quelles conditions",
  despite: "Malgré ce qui manque",
  despiteHint: "Seulement s'il manque quelque chose : pourquoi vous approuvez tout de même",
  send: "Signer et approuver",
};
