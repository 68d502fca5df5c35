import { rand } from "versant";

/** What a clause is about. */
export const kinds = ["parties", "payment", "term", "termination", "delivery"] as const;
/** What is looked for in a clause. */
export const entityKinds = ["name", "place", "date", "amount"] as const;

export type EntityKind = (typeof entityKinds)[number];

/** B- begins an entity, I- goes on in it, O is outside (Ramshaw and Marcus, 1995). */
export const tags = ["O", ...entityKinds.flatMap((kind) => [`B-${kind}`, `I-${kind}`])];

export interface Clause {
  readonly words: readonly string[];
  /** Places in `tags`, one for each word. */
  readonly tags: readonly number[];
  /** Place in `kinds`. */
  readonly kind: number;
}

/** Names and places of one part of the data: no other part has any of them. */
export type Part = "train" | "validation" | "test";

/** Draws integers from 0 to n - 1. */
export type Draw = (n: number) => number;

const templates: Record<(typeof kinds)[number], readonly string[]> = {
  parties: [
    "This agreement is made on {date} between {name} of {place} and {name} of {place} .",
    "{name} , whose office is in {place} , enters into this contract with {name} .",
    "The parties are {name} , living in {place} , and {name} , born on {date} .",
    "Le présent contrat est conclu le {date} entre {name} , à {place} , et {name} .",
    "{name} , demeurant à {place} , ci-après le vendeur , et {name} , ci-après l'acheteur .",
  ],
  payment: [
    "{name} shall pay {amount} to {name} no later than {date} .",
    "A fee of {amount} is due on {date} and is paid in {place} .",
    "If payment of {amount} is late , interest runs from {date} .",
    "{name} verse à {name} la somme de {amount} au plus tard le {date} .",
    "Le prix de {amount} est payable le {date} par virement à {place} .",
  ],
  term: [
    "This contract begins on {date} and ends on {date} .",
    "It remains in force until {date} unless {name} extends it in writing .",
    "From {date} the lease of the house in {place} runs for three years .",
    "Le contrat prend effet le {date} et expire le {date} .",
    "Le bail des locaux de {place} court à partir du {date} .",
  ],
  termination: [
    "{name} may terminate this contract by notice before {date} .",
    "Upon breach , {name} cancels and recovers {amount} in damages .",
    "Notice of termination is sent to {name} in {place} .",
    "{name} peut résilier le contrat par lettre avant le {date} .",
    "En cas de résiliation , {name} doit à {name} une indemnité de {amount} .",
  ],
  delivery: [
    "{name} delivers the goods to {place} on {date} .",
    "The machines , worth {amount} , are shipped from {place} to {place} .",
    "Risk passes to {name} when the goods arrive in {place} .",
    "{name} livre les marchandises à {place} le {date} .",
    "Les biens , d'une valeur de {amount} , sont expédiés de {place} à {place} .",
  ],
};

/** Names and places are put together from syllables; a part has some of the last ones to itself. */
const syllables = {
  first: ["Ma", "Lu", "Jo", "An", "Ka", "Pie", "Éli", "Tho", "Ro", "Cla", "Be", "Vi"],
  given: { train: ["rie", "cas", "na", "rik", "mas"], validation: ["bert"], test: ["lia", "dine"] },
  middle: ["Ber", "Mor", "Le", "Gar", "Du", "Hal", "Ster", "Wal", "Fon", "Cas", "Ri", "No"],
  family: {
    train: ["nard", "eau", "son", "mann", "ley", "tier"],
    validation: ["vin", "dal"],
    test: ["gier", "ski", "ford"],
  },
  town: ["Saint", "Brook", "Vil", "Nor", "Cha", "Lang", "Mont", "East", "Gre", "Or", "Pont", "Wes"],
  ending: {
    train: ["ville", "ton", "bourg", "ham", "court", "field"],
    validation: ["mer", "wick"],
    test: ["fort", "stead", "lieu"],
  },
} as const;

const companies = ["Ltd", "SA", "GmbH", "SARL", "Inc"];
const english =
  "January February March April May June July August September October November December";
const french =
  "janvier février mars avril mai juin juillet août septembre octobre novembre décembre";

const oneOf = <T>(list: readonly T[], draw: Draw): T => list[draw(list.length)] as T;

const fillers: Record<EntityKind, (part: Part, draw: Draw, isFrench: boolean) => string> = {
  name(part, draw) {
    const { first, given, middle, family } = syllables;
    const surname = oneOf(middle, draw) + oneOf<string>(family[part], draw);
    const forename = oneOf(first, draw) + oneOf<string>(given[part], draw);
    if (draw(3) === 0) return `${surname} ${oneOf(companies, draw)}`;
    return draw(4) === 0 ? `${forename} de ${surname}` : `${forename} ${surname}`;
  },
  place(part, draw) {
    const town = oneOf(syllables.town, draw) + oneOf<string>(syllables.ending[part], draw);
    return draw(4) === 0 ? `${town} sur ${oneOf(syllables.middle, draw)}onne` : town;
  },
  date(_, draw, isFrench) {
    const month = oneOf((isFrench ? french : english).split(" "), draw);
    const [day, year] = [1 + draw(28), 1990 + draw(45)];
    if (draw(4) === 0) return `${year}-${String(1 + draw(12)).padStart(2, "0")}-${day}`;
    return isFrench || draw(2) === 0 ? `${day} ${month} ${year}` : `${month} ${day} , ${year}`;
  },
  amount(_, draw, isFrench) {
    const thousands = 1 + draw(900);
    const rest = String(draw(1000)).padStart(3, "0");
    if (isFrench) return `${thousands} ${rest} euros`;
    return draw(2) === 0 ? `EUR ${thousands},${rest}` : `${thousands},${rest} dollars`;
  },
};

/** Draws from the numbers that the run's seed decides. */
export function makeDraw(): Draw {
  let values = rand([4096]).dataSync();
  let used = 0;
  return (n) => {
    if (used === values.length) {
      values = rand([4096]).dataSync();
      used = 0;
    }
    return Math.floor((values[used++] as number) * n);
  };
}

/** The places of a kind's templates: three are English, then come two French ones. */
const sentences = { known: [0, 1, 3, 4], new: [2] } as const;

/**
 * So many clauses with names and places that no other part has.
 *
 * @param which known sentences, or those that are kept for the test
 */
export function makeClauses(
  count: number,
  part: Part,
  draw: Draw,
  which: keyof typeof sentences = "known",
): Clause[] {
  return Array.from({ length: count }, () => {
    const kind = draw(kinds.length);
    const chosen = oneOf<number>(sentences[which], draw);
    const template = templates[kinds[kind] as (typeof kinds)[number]][chosen] as string;
    return { kind, ...fill(template, part, draw, chosen >= 3) };
  });
}

function fill(template: string, part: Part, draw: Draw, isFrench: boolean) {
  const words: string[] = [];
  const marked: number[] = [];
  for (const piece of template.split(" ")) {
    const kind = entityKinds.find((each) => piece === `{${each}}`);
    const filled = kind ? fillers[kind](part, draw, isFrench).split(" ") : [piece];
    filled.forEach((word, index) => {
      words.push(word);
      marked.push(kind ? tags.indexOf(`${index === 0 ? "B" : "I"}-${kind}`) : 0);
    });
  }
  return { words, tags: marked };
}
