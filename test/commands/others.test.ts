import { describe, expect, it } from 'vitest';
import { settingRows } from '../../src/config/settings.js';
import { PACKAGE_VERSION, runBin, startBin } from '../support/bin.js';
import { runHere } from '../support/run.js';

describe('demo', () => {
  it('shows each step of a session and ends well', async () => {
    const { code, stdout, stderr } = await runBin(['demo']);
    expect([code, stderr]).toStrictEqual([0, '']);
    const steps = [
      'The assistant lists the tools:',
      '  search_call_logs: Search call logs',
      '  update_call_log_fields: ',
      '→ search_call_logs {"campaign_id":"111","status":"NO_ANSWER"',
      'Rows 1-5, page 1 of',
      'And the next page?',
      'Rows 6-10, page 2 of',
      '→ get_call_log {"id":"789"}',
      'call_length: 300 s',
      '→ update_call_log_fields {"call_log_id":"789"',
      'Updated call 789: extra_field_01 = ',
      '→ search_call_logs {"start_time":"2026-02-30"}',
      'is not a date and time that exists',
      'set CONVOSO_AUTH_TOKEN',
    ];
    let from = 0;
    for (const step of steps) {
      const at = stdout.indexOf(step, from);
      expect([step, at >= from]).toStrictEqual([step, true]);
      from = at;
    }
  });

  it('needs no settings and uses none', async () => {
    const { code, stdout } = await runBin(['demo'], {
      CONVOSO_AUTH_TOKEN: 'canary-token-7f3a9d',
      CONVOSO_BASE_URL: 'http://127.0.0.1:9/v1',
    });
    expect(code).toBe(0);
    expect(stdout).toContain('SANDBOX DATA');
    expect(stdout).not.toContain('canary');
  });
});

describe('sandbox', () => {
  it('serves alone until told to stop, and says how to reach it', async () => {
    const service = startBin(['sandbox', '--port', '0']);
    const [, url = '', token = ''] = await service.seen(/CONVOSO_BASE_URL=(\S+) CONVOSO_AUTH_TOKEN=(\S+)/);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    const { code, stdout } = await runHere(['call', 'get_call_log', '{"id":"789"}'], {
      CONVOSO_BASE_URL: url,
      CONVOSO_AUTH_TOKEN: token,
    });
    expect([code, stdout.split('\n')[0]]).toStrictEqual([0, 'id: 789']);

    const port = new URL(url).port;
    const second = await runHere(['sandbox', '--port', port]);
    expect([second.code, second.stdout]).toStrictEqual([2, '']);
    expect(second.stderr).toBe(
      `convoso-call-logs-mcp: The sandbox cannot start. Port ${port} is in use. Choose another with --port, or --port 0 for any free one.\n`,
    );

    service.kill('SIGTERM');
    expect((await service.done).code).toBe(0);
  });
});

describe('--help', () => {
  it('lists every command, flag and setting', async () => {
    const { code, stdout, stderr } = await runHere(['--help']);
    expect([code, stderr]).toStrictEqual([0, '']);
    for (const command of ['stdio', 'call', 'doctor', 'demo', 'sandbox']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
    for (const { env, flag, description } of settingRows()) {
      if (env !== undefined) expect(stdout).toMatch(new RegExp(`^ {2}${env} +${escaped(description)}`, 'm'));
      if (flag !== undefined)
        expect(stdout).toMatch(
          new RegExp(`^ {2}--${flag}[ A-Za-z0-9|]+${escaped(description)} \\([a-z, ]+\\)$`, 'm'),
        );
    }
    expect((await runHere(['-h'])).stdout).toBe(stdout);
  });
});

describe('--version', () => {
  it('prints the version of the package', async () => {
    expect(await runHere(['--version'])).toStrictEqual({
      code: 0,
      stdout: `${PACKAGE_VERSION}\n`,
      stderr: '',
    });
  });
});

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
