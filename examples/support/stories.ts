import { type Tensor, tensor } from "versant";

// Stories in the manner of the bAbI tasks 1 and 2 (Weston et al., "Towards AI-Complete Question
// Answering", 2015): people go from place to place, take things along and drop them, and then
// somebody asks where one of them is.

const people = ["mary", "john", "sandra", "daniel"];
export const places = ["kitchen", "garden", "office", "bedroom", "hallway", "bathroom"];
const things = ["milk", "apple", "football"];

/** Word 0 is none: it fills short sentences and short stories up. */
export const vocabulary: readonly string[] = [
  "",
  ...[...people, ...places, ...things],
  ...["went", "moved", "to", "took", "dropped", "the", "where", "is"],
];

const longestSentence = 5;

export interface Story {
  /** Sentences in the order of time. */
  readonly facts: readonly string[];
  /** One fact tells where a person is; for a thing it takes two: who had it, and where. */
  readonly about: "person" | "thing";
  readonly question: string;
  /** A place. */
  readonly answer: string;
}

export interface StoryOptions {
  readonly count: number;
  /** The fewest and the most facts of a story. */
  readonly length: readonly [number, number];
  readonly seed: number;
  /** Stories that are not told again with the same question. */
  readonly except?: readonly Story[];
}

type Choose = <T>(options: readonly T[]) => T;

/** Stories, each once; half of the questions are about people, half about things. */
export function tellStories({ count, length, seed, except = [] }: StoryOptions): Story[] {
  const random = randomNumbers(seed);
  const choose: Choose = <T>(options: readonly T[]) =>
    options[Math.floor(random() * options.length)] as T;
  const [fewest, most] = length;
  const lengths = Array.from({ length: most - fewest + 1 }, (_, more) => fewest + more);
  const told = new Set(except.map(textOf));
  const stories: Story[] = [];
  while (stories.length < count) {
    const about = stories.length % 2 === 0 ? "person" : "thing";
    const story = tellStory(choose(lengths), about, choose);
    if (!story || told.has(textOf(story))) continue;
    told.add(textOf(story));
    stories.push(story);
  }
  return stories;
}

const textOf = ({ facts, question }: Story): string => [...facts, question].join(". ");

/** Nothing, if the story does not say of anybody, or any thing, where it is. */
function tellStory(length: number, about: Story["about"], choose: Choose): Story | null {
  const facts: string[] = [];
  /** Where people and things are, as far as the facts tell. */
  const placeOf = new Map<string, string>();
  const holderOf = new Map<string, string>();
  while (facts.length < length) {
    const person = choose(people);
    const here = placeOf.get(person);
    const held = things.filter((thing) => holderOf.get(thing) === person);
    // What nobody has touched may be anywhere.
    const inReach = things.filter(
      (thing) => here && !holderOf.has(thing) && (placeOf.get(thing) ?? here) === here,
    );
    const deed = choose(["go", "go", "take", "drop"]);
    if (deed === "take" && here && inReach.length > 0) {
      const thing = choose(inReach);
      facts.push(`${person} took the ${thing}`);
      holderOf.set(thing, person);
      placeOf.set(thing, here);
    } else if (deed === "drop" && held.length > 0) {
      const thing = choose(held);
      facts.push(`${person} dropped the ${thing}`);
      holderOf.delete(thing);
    } else {
      const place = choose(places.filter((each) => each !== here));
      facts.push(`${person} ${choose(["went", "moved"])} to the ${place}`);
      for (const each of [person, ...held]) placeOf.set(each, place);
    }
  }
  const known = (about === "person" ? people : things).filter((each) => placeOf.has(each));
  if (known.length === 0) return null;
  const asked = choose(known);
  const question = about === "person" ? `where is ${asked}` : `where is the ${asked}`;
  return { facts, about, question, answer: placeOf.get(asked) as string };
}

/** The place that a story names last: an answer that takes no understanding. */
export function lastPlace({ facts }: Story): string | undefined {
  return facts.flatMap((fact) => places.filter((place) => fact.endsWith(place))).at(-1);
}

/**
 * Stories as indices of words, (N, facts + 1, words), the question last and short stories filled up
 * at their beginning; and the indices of the answers, (N,).
 */
export function encodeStories(stories: readonly Story[], facts: number): [Tensor, Tensor] {
  const indexOf = (word: string | undefined): number => vocabulary.indexOf(word ?? "");
  const encode = (sentence: string): number[] => {
    const words = sentence.split(" ");
    return Array.from({ length: longestSentence }, (_, place) => indexOf(words[place]));
  };
  const rows = stories.flatMap((story) => {
    const missing = new Array<string>(facts - story.facts.length).fill("");
    return [...missing, ...story.facts, story.question].flatMap(encode);
  });
  const shape = [stories.length, facts + 1, longestSentence];
  const answers = stories.map(({ answer }) => indexOf(answer));
  return [tensor(Int32Array.from(rows), { shape }), tensor(Int32Array.from(answers))];
}

/** Numbers in [0, 1): Marsaglia, "Xorshift RNGs", 2003. */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
