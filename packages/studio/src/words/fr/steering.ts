import type { Words } from "../words.js";

export const steer: Words["steer"] = {
  title: "Piloter",
  pause: "Pause",
  resume: "Reprendre",
  stop: "Arrêter",
  learningRate: "Changer le taux",
  asked: {
    pause: "Mettre l’entraînement en pause",
    resume: "Reprendre l’entraînement",
    stop: "Arrêter l’entraînement",
    learningRate: "Changer le taux d’apprentissage",
  },
  newRate: "Nouveau taux d’apprentissage",
  nowRate: (rate) => `Actuellement ${rate}`,
  why: "Pourquoi",
  whyHint: "Une phrase\u00a0; elle est signée et reste dans le registre.",
  whyMissing: "Écrivez pourquoi.",
  rateWrong: "Écrivez un nombre supérieur à 0, comme 0,001.",
  send: "Signer et envoyer",
  sent: {
    pause: "La pause est demandée.",
    resume: "La reprise est demandée.",
    stop: "L’arrêt est demandé.",
    learningRate: "Le changement de taux est demandé.",
  },
  waiting: "L’entraînement l’applique entre deux lots.",
  applied: (what, step) => `${what} après le pas ${step}.`,
  done: {
    pause: "Pause",
    resume: "Reprise",
    stop: "Arrêt",
    learningRate: "Changement de taux",
  },
};

export const decide: Words["decide"] = {
  title: "Enregistrer une décision",
  action: "Décider",
  about: "Ce qui a été décidé, et pourquoi. Le tout est signé et lié à cette exécution.",
  name: "Décision",
  nameHint: "Adam à 0,001",
  from: "Avant",
  to: "Maintenant",
  both: "Remplissez les deux champs, ou aucun.",
  alternatives: "Autres possibilités",
  alternativesHint: "Une par ligne",
  evidence: "Éléments à l’appui",
  evidenceHint: "Exécutions et scores, un par ligne\u00a0: #12:validation.accuracy",
  missing: "Ce champ est nécessaire.",
  send: "Signer et enregistrer",
};

export const approve: Words["approve"] = {
  title: "Approuver cette exécution",
  action: "Approuver",
  about:
    "Vous répondez de ce modèle\u00a0: ses poids, données, code et évaluation, par leurs empreintes.",
  statement: "Déclaration",
  statementHint: "À quoi il convient, et sous quelles conditions",
  despite: "Malgré ce qui manque",
  despiteHint: "Seulement s’il manque quelque chose\u00a0: pourquoi vous approuvez tout de même",
  send: "Signer et approuver",
};
