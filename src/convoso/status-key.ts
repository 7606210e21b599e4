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
