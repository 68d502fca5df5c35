import { type Email, spamAssassin, text } from "versant";

/** How messages are cut into words. */
export const cut = { punctuation: true };
const words = text.words(cut);

/**
 * Messages as words, subject first, without the header lines: those name servers and mailing lists, which
 * say more about where the corpus comes from than about spam. Of messages with the same words, whatever
 * their numbers, the first is kept, so that none of the test was seen in training.
 */
export function distinctMessages(): { words: string[]; isSpam: boolean }[] {
  const seen = new Set<string>();
  const all = spamAssassin().map((email) => ({
    words: words(visible(email)),
    isSpam: email.isSpam,
  }));
  return all.filter(({ words }) => {
    const content = words.filter((word) => /^\p{L}/u.test(word)).join(" ");
    return !seen.has(content) && seen.add(content);
  });
}

/** Subject and body; soft line ends of quoted-printable text and lines of encoded files are left out. */
function visible({ subject, body }: Email): string {
  const joined = body.replace(/=\r?\n/g, "");
  return `${subject}\n${joined.replace(/^[A-Za-z0-9+/=]{60,}$/gm, "")}`;
}
