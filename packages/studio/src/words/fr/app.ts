import type { Words } from "../words.js";

export const locale: Words["locale"] = "fr-FR";

export const languageName: Words["languageName"] = "Français";

export const app: Words["app"] = {
  skip: "Aller au contenu",
  runs: "Exécutions",
  searches: "Recherches",
  compare: "Comparer",
  theme: "Thème",
  themes: { system: "Comme le système", light: "Clair", dark: "Sombre" },
  language: "Langue",
  settings: "Affichage",
  ledger: "Registre",
  signsAs: (name) => `Ce qui est demandé ici est signé par ${name}.`,
  broken: (reason) =>
    `Ceci ne peut pas être dessiné (${reason}). Ce que dit le registre ici n’est peut-être pas ce que Versant écrit\u00a0; \`versant ledger verify\` le dira.`,
  signsNot: "Aucune de vos clés ne peut signer\u00a0: cette page ne fait que montrer.",
  notFound: "Cette page n’existe pas.",
  toRuns: "Vers toutes les exécutions",
  reload: "Réessayer",
  disconnected:
    "Le studio ne répond pas. Ce qui est affiché le reste\u00a0; la suite viendra d’elle-même au retour du serveur.",
  noToken: "Ce navigateur n’est pas encore admis.",
  noTokenHelp:
    "Ouvrez l’adresse qu’affiche `versant studio`, avec son jeton, ou donnez le jeton ici.",
  noCookies:
    "le jeton est bon, mais ce navigateur n’a pas gardé le cookie de cette adresse\u00a0; autorisez-le.",
  ledgerBack:
    "Ce qui est affiché le reste\u00a0; la page reprendra d’elle-même quand le registre sera de nouveau lisible.",
  token: "Jeton",
  enter: "Entrer",
  failed: (reason) => (reason ? `Échec\u00a0: ${reason}` : "Le studio ne répond pas."),
  close: "Fermer",
  cancel: "Annuler",
  labelled: (label, value) => `${label}\u00a0: ${value}`,
  yes: "oui",
  no: "non",
};

export const states: Words["states"] = {
  running: "en cours",
  completed: "terminée",
  stopped: "arrêtée",
  interrupted: "interrompue",
  failed: "échouée",
  killed: "tuée",
};

export const paused: Words["paused"] = "en pause";

export const byte: Words["byte"] = "o";

export const time: Words["time"] = { s: "s", min: "min", h: "h", d: "j" };

export const fields: Words["fields"] = {
  id: "Exécution",
  number: "N°",
  experiment: "Expérience",
  state: "État",
  started: "Début",
  seconds: "Durée",
  epochs: "Époques",
  steps: "Pas",
  seed: "Graine",
  actor: "Par",
  device: "Périphérique",
  parameters: "Paramètres",
  tags: "Étiquettes",
  approvals: "Approbations",
  curve: "Courbe",
  file: "Fichier",
};
