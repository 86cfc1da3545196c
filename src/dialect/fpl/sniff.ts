/** Whether a text is FPL, by its first word: no other dialect begins with one of these. */

const FIRST_WORD =
  /^(?:import|runtime|provider|identity|trust|agent|system|manifest|permit|allow|approve|deny!?|block|reject|defer|egress|rules)(?![A-Za-z0-9_.-])/;

/** True for broken FPL too, so that it is refused with its place instead of being no policy at all. */
export function sniffFpl(text: string): boolean {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const skip = /[ \t\r\n]+|#[^\n]*/y;
  for (;;) {
    skip.lastIndex = at;
    const length = skip.exec(text)?.[0].length ?? 0;
    if (length === 0) return FIRST_WORD.test(text.slice(at, at + 20));
    at += length;
  }
}
