/**
 * What a status code or call type is compared and grouped by: services take `SALE`, `Sale` and `sale` for one code. Letters
 * become capitals one by one, as databases do it: a letter whose capital is two letters stays.
 */
export function codeKey(code: string): string {
  const upper = code.toUpperCase();
  if (upper.length === code.length) return upper;
  return Array.from(code, (letter) => {
    const capital = letter.toUpperCase();
    return capital.length === letter.length ? capital : letter;
  }).join('');
}

/** Words that say how the dialer found an outcome, not which; they stand between any others. */
const HOW =
  /\b(?:auto(?:matic(?:ally)?|dial(?:ed)?)?|detect(?:ed|ion)?|amd|cpd|call progress|diall?er|by|sys(?:tem)?|the|was)\b/g;

/** What names of statuses are compared by: no letter case, punctuation or spaces, and no words that say how. */
export function nameKey(name: string): string {
  const words = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ');
  const key = words.replace(HOW, '').replaceAll(' ', '');
  return key === '' ? words.replaceAll(' ', '') : key;
}
