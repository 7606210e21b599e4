// The figures of README.md, taken from the measured tables of docs/benchmarks.md.

/** Five lines. @param {string} benchmarks docs/benchmarks.md @throws when it has no row for a figure */
export function figures(benchmarks) {
  const cells = (what) => {
    const row = benchmarks.split('\n').find((line) => line.startsWith(`| ${what} |`));
    if (row === undefined) throw new Error(`docs/benchmarks.md has no row “${what}”.`);
    return row.split('|').map((cell) => cell.trim());
  };
  const ours = (what) => cells(what)[3];
  const ratio = (what) => cells(what)[5];
  const value = (what) => cells(what)[2];
  const summary = cells('summary of 25,294 calls, o200k');
  return [
    `- Start to \`initialize\`: ${ours('start to initialize')}, ${ratio('start to initialize')} of an empty server of the SDK.`,
    `- A page of 10 calls: ${ratio('answer of 10 contract rows, o200k')} (contract rows) or ${ratio('answer of 10 live rows, o200k')} (live rows) of the tokens of compact JSON.`,
    `- A summary of 25,294 calls: ${summary[5]} of ${summary[2]}.`,
    `- A search over HTTP, 32 clients: ${ours('10-row search over HTTP, 32 clients, ms a call')} a call, ${ratio('10-row search over HTTP, 32 clients, ms a call')} of an empty server.`,
    `- 5,000,000 archived calls by campaign and hour: ${value('5,000,000 of 10,000,000 calls by campaign and hour, archived')}.`,
  ].join('\n');
}
