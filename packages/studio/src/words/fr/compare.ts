import type { Words } from "../words.js";
import { plural } from "./plural.js";

export const compare: Words["compare"] = {
  title: "Comparer",
  choose: "Choisissez deux exécutions dans la liste, ou écrivez leurs noms.",
  first: "Première exécution",
  second: "Seconde exécution",
  show: "Montrer",
  swap: "Échanger",
  same: (count) => `${count} ${plural(count, "différence", "différences")}`,
  noDifference: "Rien de ce qui a été enregistré ne distingue ces exécutions.",
  sections: {
    "hyper-parameters": "Hyperparamètres",
    model: "Modèle",
    data: "Données",
    code: "Code",
    environment: "Environnement",
    course: "Déroulement",
    scores: "Scores",
  },
  name: "Nom",
  none: "aucun",
  files: "Fichiers qui diffèrent",
  curves: "Courbes",
  better: "meilleur",
};
