// docs/answer.svg: a question, the call an assistant makes, and the answer it reads, with the parts that make it checkable
// pointed out. The answer is what the program prints.

const QUESTION = 'What share of our Medicare calls reached a person last week?';
const TOOL = 'summarize_call_logs';
const ARGUMENTS = '{"campaign_id":"Medicare","start_time":"last week"}';

/** The command whose output the picture shows. */
export const PICTURE_COMMAND = `node dist/cli.js call ${TOOL} '${ARGUMENTS}' --sandbox --today 2026-03-03`;

/** The lines that the picture points at, by how they begin, each with its label. */
const NOTES = [
  ['Complete:', 'completeness'],
  ['Window:', 'window and time zone'],
  ['Resolved names:', 'how the name was read'],
  ['Definitions:', 'what each number means'],
];

const WIDTH = 980;
const COLUMNS = 86;
const LINE = 19;
const TOP = 104;

/**
 * @param {string} answer the text that the program printed
 * @returns {string} the picture as SVG
 * @throws when the answer has no line for one of NOTES
 */
export function answerPicture(answer) {
  const lines = answer.split('\n').map((line) => ({
    rows: wrapped(line),
    note: NOTES.find(([start]) => line.startsWith(start))?.[1],
  }));
  for (const [start, label] of NOTES) {
    if (!lines.some(({ note }) => note === label))
      throw new Error(`The picture has nothing to point at: no line of the answer begins with “${start}”.`);
  }
  const parts = [];
  let y = TOP;
  for (const { rows, note } of lines) {
    if (note !== undefined) {
      const height = rows.length * LINE;
      parts.push(
        `<rect x="18" y="${y - 14}" width="742" height="${height}" rx="4" fill="#dbeafe"/>`,
        `<path d="M760 ${y - 14 + height / 2}h24" stroke="#2563eb" stroke-width="1.5"/>`,
        `<text x="790" y="${y - 10 + height / 2}" class="note">${escaped(note)}</text>`,
      );
    }
    for (const row of rows) {
      parts.push(`<text x="24" y="${y}" class="answer">${escaped(row)}</text>`);
      y += LINE;
    }
  }
  const height = y + 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>A question, the tool call, and the answer with its window, time zone and completeness</title>
<style>
text { font: 13px ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2937 }
.question { font-size: 17px; font-weight: 600 }
.answer, .call { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
.call { fill: #6b7280 }
.note { fill: #1d4ed8; font-weight: 600 }
</style>
<rect width="${WIDTH}" height="${height}" rx="10" fill="#f9fafb"/>
<text x="24" y="36" class="question">“${escaped(QUESTION)}”</text>
<text x="24" y="64" class="call">→ ${escaped(`${TOOL} ${ARGUMENTS}`)}</text>
<path d="M24 78h${WIDTH - 48}" stroke="#d1d5db"/>
${parts.join('\n')}
</svg>
`;
}

/** A line in rows of at most COLUMNS characters, broken at spaces. */
function wrapped(line) {
  const rows = [''];
  for (const word of line.split(' ')) {
    const row = rows.at(-1);
    if (row === '') rows[rows.length - 1] = word;
    else if (row.length + 1 + word.length <= COLUMNS) rows[rows.length - 1] = `${row} ${word}`;
    else rows.push(`  ${word}`);
  }
  return rows;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
