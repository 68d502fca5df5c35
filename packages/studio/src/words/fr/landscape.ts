import type { Words } from "../words.js";

export const landscape: Words["landscape"] = {
  none: "Le paysage de cette exécution n’a pas encore été mesuré.",
  measure: "Mesurer",
  stop: "Arrêter",
  measuring: "Avancement",
  directionsOf: "Directions",
  directions: { path: "Chemin", random: "Aléatoires" },
  part: "Partie des données",
  usualPart: "validation, sinon entraînement",
  explain: {
    path: "L’entraînement est refait, sans être enregistré\u00a0; le plan est celui où il s’est le plus déplacé.",
    random:
      "Deux directions aléatoires à partir des poids, mises à l’échelle filtre par filtre\u00a0; rien n’est réentraîné.",
  },
  stages: {
    starting: (run: string) => `${run}\u00a0: préparation de l’expérience.`,
    training: (run: string) => `${run}\u00a0: entraînement refait, pour en suivre le chemin.`,
    measuring: (run: string) => `${run}\u00a0: mesure de la perte, point par point.`,
  },
  failed: (reason: string) => `Rien n’a été mesuré\u00a0: ${reason}`,
  which: "Quel paysage",
  scale: "Échelle des couleurs",
  map: "Courbes de niveau de la perte",
  surface: "La perte en relief",
  path: "chemin de l’entraînement",
  pathHelp:
    "L’anneau blanc marque le début de l’entraînement, le disque rouge sa fin. Survolez le chemin, ou utilisez les flèches.",
  point: (epoch: string, step: string, loss: string) =>
    `Époque ${epoch} (pas ${step})\u00a0: perte ${loss}`,
  turn: "Faites glisser la surface, ou utilisez les flèches, pour la tourner\u00a0; la touche Début la remet en place.",
  view: (azimuth: string, elevation: string) =>
    `tournée de ${azimuth}°, vue de ${elevation}° de haut`,
  axis: (directions, axis, share) =>
    directions === "random" || share === undefined
      ? `Direction ${axis}`
      : `Composante ${axis} (${(100 * share).toFixed(0)}\u00a0%)`,
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
    path: "Un plan ne montre que deux directions parmi beaucoup. À côté du chemin, la perte est celle de poids que l’entraînement n’a jamais eus\u00a0; la perte donnée en un point est celle de l’état atteint, non celle de sa projection sur ce plan.",
    random:
      "Un plan ne montre que deux directions parmi beaucoup\u00a0: une image plate dit peu des autres. Des directions aléatoires ne montrent guère le chemin, qui n’y figure donc pas.",
  },
};
