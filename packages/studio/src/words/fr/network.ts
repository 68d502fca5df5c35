import type { Words } from "../words.js";

export const network: Words["network"] = {
  title: "Réseau",
  all: (count) => `${count} paramètres`,
  tabs: { layers: "Couches", graph: "Graphe" },
  search: "Recherche",
  layerHint: "Nom, type, forme",
  input: "entrée",
  parameters: (count, share) => `${count} paramètres, ${share}`,
  noLayer: "Aucune couche ne s’appelle ainsi.",
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
    captured: "Le graphe tel que le modèle l’a enregistré, avant le compilateur.",
    simplified:
      "Ce qui ne sert à rien est retiré, les constantes sont calculées d’avance, les nœuds identiques sont confondus.",
    recomputed: "Les valeurs peu coûteuses figurent une fois dans chaque boucle qui en a besoin.",
    fused:
      "Chaque boîte est une boucle ou un parcours de la mémoire\u00a0; ce qui est dans une boîte s’exécute ensemble.",
  },
  summaries: {
    captured: (nodes, dropped) =>
      dropped === "0"
        ? `${nodes} nœuds, dont le compilateur a tous besoin.`
        : `${nodes} nœuds\u00a0; le compilateur se passera de ${dropped} d’entre eux (marqués).`,
    simplified: (before, after, merged, rewritten) =>
      `${before} nœuds sont devenus ${after}\u00a0: ${merged} en remplacent plusieurs, ${rewritten} sont nouveaux (marqués).`,
    recomputed: (before, after, repeated) =>
      `${before} nœuds sont devenus ${after}\u00a0: ${repeated} sont calculés une fois de plus (marqués).`,
    fused: (each) =>
      `${each.units} unités, dont ${each.fused} de plusieurs opérations (marquées). Le programme a ${each.instructions} instructions et ${each.memory} de mémoire de travail\u00a0; ${each.products} de ses produits absorbent ce qui les suit.`,
  },
  batch: "Lot",
  batchWrong: "Écrivez un nombre entier de 1 à 4096.",
  backwardHint:
    "En mode d’évaluation, à partir d’un gradient donné à la sortie du modèle\u00a0: le graphe est le même pour toute perte. L’optimiseur, qui change les poids, n’en fait pas partie.",
  searchHint: "matmul, weight, (32, 40)",
  next: "Suivant",
  matches: (count, n) => `${count} ${n < 2 ? "nœud" : "nœuds"}`,
  cut: (shown, all) =>
    `Sur ${all} nœuds, les ${shown} autour du nœud choisi sont dessinés. Cherchez-en un autre, ou suivez les arêtes.`,
  closer: "Agrandir",
  further: "Réduire",
  fit: "Tout montrer",
  keys: "Les flèches suivent les arêtes, + et - changent l’échelle, 0 montre tout\u00a0; glissez pour déplacer.",
  choose: "Choisissez une boîte pour en voir le détail.",
  kinds: {
    leaf: "entrée ou valeur donnée",
    view: "autre vue des mêmes données, sans coût",
    computation: "calcul",
  },
  marked: "changé par la passe",
  marks: {
    dropped: "retiré par le compilateur",
    merged: "remplace plusieurs nœuds",
    rewritten: "nouveau, ou récrit",
    repeated: "calculé une fois de plus",
    fused: "plusieurs opérations ensemble",
  },
  reads: "Lit",
  readBy: "Lu par",
  operations: "Opérations avant et après",
  operation: "Opération",
};
