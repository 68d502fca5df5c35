import type { Words } from "../words.js";
import { plural } from "./plural.js";

export const runs: Words["runs"] = {
  title: "Essais",
  count: (count, n) => `${count} ${plural(n, "essai", "essais")}`,
  search: "Chercher",
  searchHint: "Nom, étiquette, personne",
  state: "État",
  experiment: "Expérience",
  tag: "Étiquette",
  any: "tous",
  condition: "Condition",
  conditionHint: "test.accuracy >= 0.98",
  addCondition: "Ajouter",
  conditionForm:
    "Une condition est un champ, l'un de <= >= != < > =, et une valeur, comme test.accuracy >= 0.98.",
  conditions: "Conditions",
  removeCondition: (condition) => `Retirer la condition ${condition}`,
  clear: "Tout effacer",
  columns: "Colonnes",
  columnKinds: { column: "Essai", hyperparameter: "Hyperparamètres", score: "Scores" },
  sortedBy: (name, descending) =>
    `Trié par ${name}, ordre ${descending ? "décroissant" : "croissant"}`,
  select: "Choisir",
  selected: (count) => `${count} ${plural(count, "choisi", "choisis")}`,
  compare: "Comparer",
  compareFirst: "Comparer les deux premiers",
  unselect: "Ne plus choisir",
  keys: "Les flèches déplacent, Entrée ouvre, Espace choisit, C compare.",
  none: "Aucun essai encore. Pour en entraîner un :",
  noneMatch: "Aucun essai ne satisfait ces conditions.",
};

export const tags: Words["tags"] = {
  edit: "Étiquettes",
  title: "Étiquettes de cet essai",
  hint: "Séparées par des espaces",
  save: "Enregistrer",
};
