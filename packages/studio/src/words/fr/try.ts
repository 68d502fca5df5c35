import type { Words } from "../words.js";

export const tryIt: Words["tryIt"] = {
  title: "Essayer",
  about:
    "Le modèle calcule dans cette page\u00a0: ce que vous lui donnez ne quitte pas ce navigateur.",
  loading: "Le modèle arrive.",
  draw: "Dessinez à la souris, au stylet ou au doigt.",
  drawing: "Zone de dessin\u00a0; un fichier, plus bas, fait de même",
  clear: "Effacer",
  upload: "Choisir une image",
  orUpload: "Ou choisir une image, claire sur fond sombre",
  noImage: "Dessinez quelque chose, ou choisissez une image.",
  message: "Message",
  numbers: "Nombres",
  listHint: (shape: string) => `${shape} nombres, séparés par des espaces ou des virgules`,
  ask: "Répondre",
  answer: "Réponse",
  nothing: "Rien n’a encore été demandé.",
  probability: (name: string) => `Probabilité de ${name}`,
};
