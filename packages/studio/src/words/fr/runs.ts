import type { Words } from "../words.js";
import { plural } from "./plural.js";

export const runs: Words["runs"] = {
  title: "Exécutions",
  count: (count, n) => `${count} ${plural(n, "exécution", "exécutions")}`,
  search: "Chercher",
  searchHint: "Nom, expérience, étiquette, personne",
  state: "État",
  experiment: "Expérience",
  tag: "Étiquette",
  any: "indifférent",
  condition: "Condition",
  conditionHint: "test.accuracy >= 0.98",
  addCondition: "Ajouter",
  conditionForm:
    "Une condition est un champ, l’un de <= >= != < > =, et une valeur, comme test.accuracy >= 0.98.",
  conditions: "Conditions",
  removeCondition: (condition) => `Retirer la condition ${condition}`,
  clear: "Tout effacer",
  columns: "Colonnes",
  columnKinds: { column: "Exécution", hyperparameter: "Hyperparamètres", score: "Scores" },
  sortedBy: (name, descending) =>
    `Triées par ${name}, ordre ${descending ? "décroissant" : "croissant"}`,
  select: "Choisir",
  selected: (count) => `${count} ${plural(count, "choisie", "choisies")}`,
  compare: "Comparer",
  compareFirst: "Comparer les deux premières",
  unselect: "Ne plus choisir",
  keys: "Les flèches déplacent, Entrée ouvre, Espace choisit, C compare.",
  none: "Aucune exécution encore. Pour en lancer une\u00a0:",
  noneMatch: "Aucune exécution ne satisfait ces conditions.",
};

export const tags: Words["tags"] = {
  edit: "Étiquettes",
  title: "Étiquettes de cette exécution",
  hint: "Séparées par des espaces",
  save: "Enregistrer",
};
