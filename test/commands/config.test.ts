import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../support/run.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'call-logs-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
const written = (name: string, value: unknown) => {
  writeFileSync(path(name), typeof value === 'string' ? value : JSON.stringify(value));
  return path(name);
};

describe('config check', () => {
  it('says what a good file holds', async () => {
    const file = written('good.json', { time_zone: 'America/Denver', users: { '7': 'Ann Lee' } });
    const { code, stdout } = await runHere(['config', 'check', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok: .*good\.json: 0 statuses, .*1 users, .*; time zone America\/Denver\n$/);
  });

  it.each([
    ['wrong.json', { users: { '7': 1 }, lits: {} }, /users\.7: .*string.*; unknown: lits/],
    ['broken.json', '{', /not valid JSON/],
  ])('refuses %s with place and reason, and so does a start with it', async (name, value, why) => {
    const file = written(name, value);
    for (const args of [
      ['config', 'check', file],
      ['stdio', '--sandbox', '--config', file],
    ]) {
      const { code, stdout, stderr } = await runHere(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(name);
      expect(stderr).toMatch(why);
    }
  });

  it('refuses a file that is not there', async () => {
    const { code, stderr } = await runHere(['config', 'check', path('none.json')]);
    expect(code).toBe(2);
    expect(stderr).toContain('ENOENT');
  });
});

describe('config learn', () => {
  it('writes a file from the names that live rows carry, which checks as good, and never over another', async () => {
    const file = path('live.json');
    const args = ['config', 'learn', file, '--sandbox', '--dialect', 'live'];
    const learnt = await runHere(args);
    expect(learnt.stderr).toBe('');
    expect(learnt.stdout).toContain('from the newest 2000 calls');
    const content = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(content)).toMatchObject({
      time_zone: 'America/Los_Angeles',
      statuses: { SALE: { meaning: 'Sale Made', group: 'human' } },
      users: { '12345': 'Jane Smith', '666666': 'System User' },
      campaigns: { '111': 'Medicare Advantage' },
      lists: { '333': '' },
    });
    expect((await runHere(['config', 'check', file])).code).toBe(0);

    const again = await runHere(args);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('There is a file of this name already');
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('prints the file where none is named, with blanks where rows carry no names', async () => {
    const { stdout } = await runHere(['config', 'learn', '--sandbox']);
    expect(JSON.parse(stdout)).toMatchObject({ users: { '12345': '' }, campaigns: { '111': '' } });
  });
});

describe('config', () => {
  it('schema prints what account.schema.json publishes', async () => {
    const { stdout } = await runHere(['config', 'schema']);
    expect(stdout).toBe(readFileSync(new URL('../../account.schema.json', import.meta.url), 'utf8'));
  });

  it.each([[[]], [['check']], [['lern']], [['check', 'a', 'b']], [['schema', 'x']]])(
    'refuses %j with the way to use it',
    async (operands) => {
      const { code, stderr } = await runHere(['config', ...operands]);
      expect(code).toBe(2);
      expect(stderr).toContain('config check FILE, config learn [FILE], or config schema');
    },
  );
});

describe('an account file at work', () => {
  const call = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    (await runHere(['call', ...args, '--sandbox', '--today', '2026-03-03'], env)).stdout;

  it('adds names to the sandbox’s own, from the flag before the environment', async () => {
    const mine = written('mine.json', { users: { '22222': 'The Marcus' } });
    const other = written('other.json', { users: { '22222': 'The Other' } });
    const args = ['search_call_logs', '{"user_id":"the marcus","limit":1}', '--config', mine];
    expect(await call(args, { CALL_LOGS_CONFIG: other })).toContain('user_id 22222 (The Marcus)');
    expect(
      await call(['search_call_logs', '{"user_id":"the other","limit":1}'], { CALL_LOGS_CONFIG: other }),
    ).toContain('user_id 22222 (The Other)');
  });

  it.each(['contract', 'live'])(
    '“Jane Smith … yesterday” takes one call on the %s dialect',
    async (dialect) => {
      const answer = await call([
        'search_call_logs',
        '{"user_id":"Jane Smith","start_time":"yesterday","limit":1}',
        '--dialect',
        dialect,
      ]);
      expect(answer).toContain('46 calls found.');
      expect(answer).toContain('Window: 2026-03-02 (whole day), America/Los_Angeles.');
      expect(answer).toContain('user_id 12345 (Jane Smith)');
    },
  );
});
