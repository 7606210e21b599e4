/**
 * Text inside a text, in Base64 (either alphabet) or hexadecimal: whoever reads it decodes it with one step. A run of signs
 * counts as encoded only where it decodes to text that can be read, which ids and checksums do not.
 */
const RUN = /[A-Za-z\d+/_-]{12,}={0,2}/g;
const HEX = /^(?:[\dA-Fa-f]{2})+$/;
/** Text as people and programs write it: no control characters but blanks. */
const READABLE = /^[^\p{Cc}\p{Cn}\p{Co}\ufffd]+$/u;

/** The text with `by` in place of each encoded text that `hides` says may not leave. */
export function withoutEncoded(text: string, by: string, hides: (decoded: string) => boolean): string {
  if (text.length < 12) return text;
  return text.replace(RUN, (run) => (readings(run).some(hides) ? by : run));
}

function readings(run: string): string[] {
  const bytes = [Buffer.from(run, 'base64'), ...(HEX.test(run) ? [Buffer.from(run, 'hex')] : [])];
  return bytes.flatMap((one) => {
    const decoded = one.toString('utf8').trim();
    return READABLE.test(decoded.replace(/[\t\r\n]/g, ' ')) ? [decoded] : [];
  });
}
