import type { Words } from "../words.js";

export const network: Words["network"] = {
  title: "Réseau",
  all: (count) => `${count} paramètres`,
  tabs: { layers: "Couches", graph: "Graphe" },
  search: "Recherche",
  layerHint: "Nom, genre, forme",
  input: "ce qui entre",
  parameters: (count, share) => `${count} paramètres, ${share}`,
  noLayer: "Aucune couche ne s'appelle ainsi.",
  direction: "Sens",
  directions: { forward: "Avant", backward: "Avant et arrière" },
  pass: "Passe du compilateur",
  passes: {
    captured: "Enregistré",
    simplified: "Simplifié",
    recomputed: "Recalculé",
    fused: "Fusionné",
  },
  about: {
    captured: "Le graphe tel que le modèle l'a enregistré, avant le compilateur.",
    simplified:
      "Ce qui ne calcule rien est retiré, les constantes sont calculées, les nœuds égaux n'en font qu'un.",
    recomputed: "Les valeurs peu coûteuses figurent une fois dans chaque boucle qui en a besoin.",
    fused:
      "Chaque boîte est une boucle ou un parcours de la mémoire ; ce qui est dans une boîte s'exécute ensemble.",
  },
  summaries: {
    captured: (nodes, dropped) =>
      `${nodes} nœuds ; le compilateur se passera de ${dropped} d'entre eux (marqués).`,
    simplified: (before, after, merged, rewritten) =>
      `${before} nœuds sont devenus ${after} : ${merged} en remplacent plusieurs, ${rewritten} sont nouveaux (marqués).`,
    recomputed: (before, after, repeated) =>
      `${before} nœuds sont devenus ${after} : ${repeated} sont calculés une fois de plus (marqués).`,
    fused: (each) =>
      `${each.units} unités, dont ${each.fused} de plusieurs opérations (marquées). Le programme a ${each.instructions} instructions et ${each.memory} de mémoire de travail ; ${each.products} de ses produits absorbent ce qui les suit.`,
  },
  batch: "Lot",
  batchWrong: "Un nombre entier de 1 à 4096.",
  backwardHint:
    "En mode d'évaluation, à partir d'un gradient à la réponse du modèle : il est le même pour toute perte. Les poids sont changés par l'optimiseur, qui n'en fait pas partie.",
  searchHint: "matmul, weight, (32, 40)",
  next: "Suivant",
  matches: (count, n) => `${count} ${n < 2 ? "nœud" : "nœuds"}`,
  cut: (shown, all) =>
    `Sur ${all} nœuds, les ${shown} autour du nœud choisi sont dessinés. Cherchez-en un autre, ou suivez les arêtes.`,
  closer: "Plus près",
  further: "Plus loin",
  fit: "Tout",
  keys: "Les flèches suivent les arêtes, + et - changent l'échelle, 0 montre tout ; glissez pour déplacer.",
  choose: "Choisissez une boîte pour voir ce qu'elle est.",
  kinds: {
    leaf: "entre, ou est donné",
    view: "autre lecture, sans coût",
    computation: "calcule",
  },
  marked: "changé par la passe",
  marks: {
    dropped: "retiré par le compilateur",
    merged: "remplace plusieurs nœuds",
    rewritten: "nouveau, ou écrit autrement",
    repeated: "calculé une fois de plus",
    fused: "plusieurs opérations ensemble",
  },
  reads: "Lit",
  readBy: "Lu par",
  operations: "Opérations avant et après",
  operation: "Opération",
};
