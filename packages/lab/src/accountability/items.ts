/** Languages of the technical file. */
export const languages = ["en", "fr"] as const;
export type Language = (typeof languages)[number];

/** A text that only people can give. */
export interface DescriptionItem {
  /** Of Annex IV of Regulation (EU) 2024/1689. */
  readonly point: string;
  readonly label: Readonly<Record<Language, string>>;
  readonly question: Readonly<Record<Language, string>>;
}

const item = (
  point: string,
  label: readonly [en: string, fr: string],
  question: readonly [en: string, fr: string],
): DescriptionItem => ({
  point,
  label: { en: label[0], fr: label[1] },
  question: { en: question[0], fr: question[1] },
});

/** What `versant describe` asks for, in the order of the Annex. */
export const descriptionItems = {
  purpose: item(
    "1(a)",
    ["Intended purpose", "Destination"],
    ["What is the model for, and for whom?", "À quoi le modèle est-il destiné, et à qui\u00a0?"],
  ),
  provider: item(
    "1(a)",
    ["Provider", "Fournisseur"],
    [
      "Who provides it, and which version is this of what came before?",
      "Qui le fournit, et comment cette version se rattache-t-elle aux précédentes\u00a0?",
    ],
  ),
  interaction: item(
    "1(b)",
    ["Surroundings", "Environnement"],
    [
      "With which other hardware, software or models does it work together?",
      "Avec quels autres matériels, logiciels ou modèles fonctionne-t-il\u00a0?",
    ],
  ),
  forms: item(
    "1(d)",
    ["Forms of delivery", "Formes de mise à disposition"],
    [
      "How is it delivered: as a file, a package, a service?",
      "Sous quelle forme est-il livré\u00a0: fichier, paquet, service\u00a0?",
    ],
  ),
  hardware: item(
    "1(e)",
    ["Hardware it is meant for", "Matériel prévu"],
    ["On which machines is it meant to run?", "Sur quelles machines doit-il fonctionner\u00a0?"],
  ),
  interface: item(
    "1(g)",
    ["User interface", "Interface"],
    [
      "What do the people who use it see and operate?",
      "Que voient et que manient les personnes qui l’utilisent\u00a0?",
    ],
  ),
  instructions: item(
    "1(h)",
    ["Instructions for use", "Notice d’utilisation"],
    [
      "How is it to be used, and how not?",
      "Comment faut-il l’utiliser, et comment ne pas le faire\u00a0?",
    ],
  ),
  methods: item(
    "2(a)",
    ["Methods and third parties", "Méthodes et tiers"],
    [
      "How was it developed, and which trained models or tools of others were used?",
      "Comment a-t-il été développé, et avec quels modèles déjà entraînés ou outils de tiers\u00a0?",
    ],
  ),
  design: item(
    "2(b)",
    ["Design choices", "Choix de conception"],
    [
      "Which choices and assumptions decide how it works, what does it optimise, and what was given up for what?",
      "Quels choix et hypothèses le déterminent, qu’optimise-t-il, et quels compromis ont été faits\u00a0?",
    ],
  ),
  origin: item(
    "2(d)",
    ["Origin of the data", "Provenance des données"],
    [
      "Where do the data come from, how were they chosen and cleaned, and what do they not cover?",
      "D’où viennent les données, comment ont-elles été choisies et nettoyées, que ne couvrent-elles pas\u00a0?",
    ],
  ),
  labelling: item(
    "2(d)",
    ["Labelling", "Étiquetage"],
    [
      "Who or what gave the samples their targets, and how was that checked?",
      "Qui ou quoi a donné leurs cibles aux exemples, et comment a-t-on vérifié\u00a0?",
    ],
  ),
  oversight: item(
    "2(e)",
    ["Human oversight", "Contrôle humain"],
    [
      "Who watches over it in use, and what helps them to understand and overrule it?",
      "Qui le surveille en service, et qu’est-ce qui aide à le comprendre et à passer outre\u00a0?",
    ],
  ),
  plannedChanges: item(
    "2(f)",
    ["Planned changes", "Modifications prévues"],
    [
      "Which changes are planned from the start, such as training it again?",
      "Quelles modifications sont prévues d’avance, par exemple un nouvel entraînement\u00a0?",
    ],
  ),
  security: item(
    "2(h)",
    ["Cybersecurity", "Cybersécurité"],
    [
      "What protects it from being attacked or altered?",
      "Qu’est-ce qui le protège des attaques et des altérations\u00a0?",
    ],
  ),
  limits: item(
    "3",
    ["Limits", "Limites"],
    [
      "Where does it fail, for whom is it less exact, and which accuracy is expected?",
      "Où échoue-t-il, pour qui est-il moins exact, et quelle exactitude attend-on\u00a0?",
    ],
  ),
  risks: item(
    "3",
    ["Unintended outcomes", "Effets non voulus"],
    [
      "Which harm to health, safety or rights can be foreseen?",
      "Quels dommages prévisibles pour la santé, la sécurité ou les droits\u00a0?",
    ],
  ),
  inputs: item(
    "3",
    ["Input data", "Données d’entrée"],
    ["What has to be true of its inputs?", "Que doivent satisfaire ses entrées\u00a0?"],
  ),
  metrics: item(
    "4",
    ["Why these metrics", "Pourquoi ces mesures"],
    [
      "Why are the metrics right for this purpose?",
      "Pourquoi ces mesures conviennent-elles à cette destination\u00a0?",
    ],
  ),
  riskManagement: item(
    "5",
    ["Risk management", "Gestion des risques"],
    [
      "How are risks found, weighed and reduced?",
      "Comment les risques sont-ils repérés, évalués et réduits\u00a0?",
    ],
  ),
  standards: item(
    "7",
    ["Standards", "Normes"],
    [
      "Which standards are followed, in full or in part?",
      "Quelles normes sont suivies, en tout ou en partie\u00a0?",
    ],
  ),
  declaration: item(
    "8",
    ["Declaration of conformity", "Déclaration de conformité"],
    [
      "Where is the EU declaration of conformity, if there has to be one?",
      "Où est la déclaration UE de conformité, s’il en faut une\u00a0?",
    ],
  ),
  monitoring: item(
    "9",
    ["Monitoring in use", "Suivi après mise en service"],
    [
      "How is its quality followed once it is in use?",
      "Comment sa qualité est-elle suivie une fois en service\u00a0?",
    ],
  ),
} as const satisfies Readonly<Record<string, DescriptionItem>>;

export type ItemName = keyof typeof descriptionItems;

// The keys of the table are its names.
export const itemNames = Object.keys(descriptionItems) as ItemName[];

export const isItemName = (name: string): name is ItemName => Object.hasOwn(descriptionItems, name);
