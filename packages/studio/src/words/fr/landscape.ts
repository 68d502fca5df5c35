import type { Words } from "../words.js";

export const landscape: Words["landscape"] = {
  none: "Aucun paysage de cet entraînement n’a encore été mesuré.",
  measure: "Mesurer",
  stop: "Arrêter",
  measuring: "Avancement",
  directionsOf: "Directions",
  directions: { path: "Chemin", random: "Aléatoires" },
  part: "Partie des données",
  usualPart: "partie habituelle",
  explain: {
    path: "L’entraînement est refait, sans être enregistré ; le plan est celui où il s’est le plus déplacé.",
    random:
      "Deux directions aléatoires à partir des poids, mises à l’échelle filtre par filtre ; rien n’est réentraîné.",
  },
  stages: {
    starting: (run: string) => `${run} : l’expérience se prépare.`,
    training: (run: string) => `${run} : entraîné à nouveau, pour son chemin.`,
    measuring: (run: string) => `${run} : la perte est mesurée, point par point.`,
  },
  failed: (reason: string) => `Rien n’a été mesuré : ${reason}`,
  which: "Quel paysage",
  scale: "Échelle des couleurs",
  map: "Courbes de niveau de la perte",
  surface: "La perte en relief",
  path: "chemin de l’entraînement",
  pathHelp:
    "L’anneau blanc marque le début de l’entraînement, le disque rouge sa fin. Pointez le chemin, ou utilisez les flèches.",
  point: (epoch: string, step: string, loss: string) =>
    `Époque ${epoch} (pas ${step}) : perte ${loss}`,
  turn: "Faites-la glisser, ou utilisez les flèches, pour la tourner ; Début la remet en place.",
  view: (azimuth: string, elevation: string) =>
    `tournée de ${azimuth}°, vue de ${elevation}° au-dessus`,
  axis: (directions, axis, share) =>
    directions === "random" || share === undefined
      ? `Direction ${axis}`
      : `Composante ${axis} (${(100 * share).toFixed(0)} %)`,
  facts: "En chiffres",
  loss: "Perte aux poids",
  lowest: "La plus basse autour",
  highest: "La plus haute autour",
  curvature: "Courbure selon les deux axes",
  start: "Perte au début du chemin",
  end: "Perte à la fin du chemin",
  variance: "Variance du chemin selon les deux axes",
  samples: "Mesuré sur",
  samplesOf: (looked, all, part) => `${looked} exemples sur ${all} (${part})`,
  notFinite: "non finie",
  caution: {
    path: "Un plan ne montre que deux directions parmi beaucoup. À côté du chemin, la perte est celle de poids que l’entraînement n’a jamais eus ; la perte d’un point est celle de son état, non de son ombre sur ce plan.",
    random:
      "Un plan ne montre que deux directions parmi beaucoup : une image plate dit peu des autres. Des directions aléatoires ne montrent guère le chemin, qui n’y figure donc pas.",
  },
};
