// npm run evals:check: asks every question by its scripted calls and prints what each took. Exit code 1 when one fails.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// In the repository, and as deep as the sources, so that packages and the built program are found from it.
const bundle = new URL('../../build/evals/check.mjs', import.meta.url);
await build({
  entryPoints: [fileURLToPath(new URL('check.ts', import.meta.url))],
  outfile: fileURLToPath(bundle),
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});
const { checkAnswerable, median } = await import(bundle.href);

for (const dialect of ['contract', 'live']) {
  const checked = await checkAnswerable(dialect);
  console.log(`${dialect} dialect\n  ok   calls  tokens  structured  question (way)`);
  for (const { id, way, right, withinBudget, calls, tokens, structuredTokens, problems } of checked) {
    const ok = right && withinBudget;
    if (!ok) process.exitCode = 1;
    const columns = [
      String(calls).padStart(6),
      String(tokens).padStart(7),
      String(structuredTokens).padStart(11),
    ];
    console.log(`  ${ok ? 'yes' : 'NO '} ${columns.join(' ')}  ${id} (${way})`);
    for (const problem of problems) console.log(`       ${problem}`);
  }
  const expected = checked.filter(({ way }) => way === 1);
  const failed = checked.filter(({ right, withinBudget }) => !right || !withinBudget).length;
  const most = Math.max(...checked.map(({ tokens }) => tokens));
  const middle = ['calls', 'tokens', 'structuredTokens'].map((name) =>
    median(expected.map((one) => one[name])),
  );
  console.log(
    `  ${expected.length} questions, ${checked.length} ways, ${failed} failed; at most ${most} tokens of text; medians: ${middle[0]} call, ${middle[1]} tokens of text, ${middle[2]} of structured content.\n`,
  );
}
