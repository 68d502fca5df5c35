import type { Words } from "../words.js";
import { plural } from "./plural.js";

export const compare: Words["compare"] = {
  title: "Comparer",
  choose: "Choisissez deux essais dans la liste, ou écrivez leurs noms.",
  first: "Premier essai",
  second: "Second essai",
  show: "Montrer",
  swap: "Échanger",
  same: (count) => `${count} ${plural(count, "différence", "différences")}`,
  noDifference: "Ces essais ne diffèrent en rien de ce qui a été enregistré.",
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
