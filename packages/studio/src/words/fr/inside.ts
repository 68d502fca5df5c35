import type { Words } from "../words.js";

export const inside: Words["inside"] = {
  none: "Rien n’a été mesuré\u00a0: l’entraînement était trop court, ou n’avait ni --insight ni --studio.",
  noMoments:
    "Les gradients et les poids n’ont pas été mesurés\u00a0: cela aurait pris une trop grande part d’un entraînement aussi court.",
  warnings: {
    "vanishing gradients": (path: string) =>
      `Les gradients s’évanouissent avant ${path}, qui n’apprend presque plus. Remèdes habituels\u00a0: ReLU au lieu de la sigmoïde ou de tanh, initialisation de He ou de Xavier, normalisation entre les couches, raccourcis.`,
    "exploding gradients": (path: string) =>
      `Les gradients explosent avant ${path}. Remèdes habituels\u00a0: un taux d’apprentissage plus faible, l’écrêtage des gradients, l’initialisation de He ou de Xavier, la normalisation entre les couches.`,
    "dead units": (path: string) =>
      `Presque toutes les unités de ${path} valent 0 pour tous les exemples, lot après lot. Remèdes habituels\u00a0: un taux d’apprentissage plus faible, l’initialisation de He, LeakyReLU.`,
  },
  noWarnings:
    "Les gradients ne s’évanouissent ni n’explosent, et aucune ReLU n’a perdu presque toutes ses unités.",
  gradients: "Norme du gradient de la sortie de chaque couche",
  updates: "Norme de la mise à jour, rapportée à celle du paramètre",
  weights: (epoch: string) => `Poids, époque ${epoch}`,
  activations: (epoch: string) => `Sorties des couches, époque ${epoch}`,
  confusion: "Matrice de confusion",
  rowsAndColumns: "vérité ↓ réponse →",
  wrong: (wrong: string, looked: string, part: string) =>
    `${wrong} réponses sur ${looked} sont fausses (${part}). Choisissez un nombre pour en voir des exemples.`,
  taken: (is: string, answered: string) => `${is} pris pour ${answered}`,
  right: (is: string) => `${is}, bien reconnu`,
  surest: "Fautes dont le modèle était sûr",
  all: "Toutes les cases",
  noSample: "Aucun de ces exemples n’a été gardé.",
  sample: (index: string) => `Exemple ${index}`,
  errors: (name: string) => `Prédictions et vérité${name && `\u00a0: ${name}`}`,
  truth: "Vérité",
  prediction: "Prédiction",
  error: "Erreur",
  sampleHead: "Exemple",
  worst: "Les plus grandes erreurs",
  arrows: "Les flèches rouges mènent de la vérité à la prédiction.",
  meanError: (error: string, looked: string, part: string) =>
    `L’erreur absolue moyenne est de ${error} sur ${looked} exemples (${part}).`,
};
