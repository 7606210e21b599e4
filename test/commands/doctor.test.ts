import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dialect, SANDBOX_TIME_ZONE, type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { PACKAGE_VERSION } from '../support/bin.js';
import { runHere } from '../support/run.js';
import { html, page, row, sendJson, startUpstream } from '../support/upstream.js';

const TOKEN = 'canary-token-7f3a9d';

describe.each<Dialect>(['contract', 'live'])('doctor on a %s service', (dialect) => {
  let service: Sandbox;
  let env: Record<string, string>;
  beforeAll(async () => {
    service = await startSandbox({ dialect });
    env = {
      CONVOSO_BASE_URL: service.url,
      CONVOSO_AUTH_TOKEN: service.token,
      CONVOSO_TIMEZONE: SANDBOX_TIME_ZONE,
    };
  });
  afterAll(() => service.close());

  it('finds the token, the dialect, the clock and the zone in order', async () => {
    const { code, stdout, stderr } = await runHere(['doctor'], env);
    expect([code, stderr]).toStrictEqual([0, '']);
    expect(stdout.split('\n')).toStrictEqual([
      `ok: version ${PACKAGE_VERSION}, Node ${process.versions.node}`,
      `ok: service: ${env['CONVOSO_BASE_URL']}`,
      expect.stringMatching(/^ok: token accepted; the service answered in \d+ ms$/),
      expect.stringMatching(new RegExp(`^ok: dialect: ${dialect} \\(rows .+\\); 5\\d{4} calls in all$`)),
      expect.stringMatching(/^ok: clock: within \d+ s of the service’s$/),
      expect.stringMatching(
        /^ok: zone: America\/Los_Angeles, where it is now \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
      ),
      '',
    ]);
    expect(stdout).not.toContain(env['CONVOSO_AUTH_TOKEN']);
  });

  it('says what to do about a wrong token, without printing it', async () => {
    const { code, stdout, stderr } = await runHere(['doctor'], { ...env, CONVOSO_AUTH_TOKEN: TOKEN });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /FAILED: The call search failed.*\nWhy: The service does not accept the authentication token/,
    );
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  it('notes a zone that is not set', async () => {
    const { CONVOSO_TIMEZONE: _zone, ...unzoned } = env;
    const { code, stdout } = await runHere(['doctor'], unzoned);
    expect(code).toBe(0);
    expect(stdout).toMatch(/note: zone: not set\. .*CONVOSO_TIMEZONE/);
  });
});

describe('doctor', () => {
  it('tells a proxy’s login page from the service', async () => {
    const upstream = await startUpstream(html);
    const { code, stdout } = await runHere(['doctor'], {
      CONVOSO_BASE_URL: upstream.url,
      CONVOSO_AUTH_TOKEN: TOKEN,
    });
    await upstream.close();
    expect(code).toBe(1);
    expect(stdout).toMatch(/web page \(HTML\)/);
    expect(stdout).not.toContain(TOKEN);
  });

  it('notes clocks that differ, and a zone in whose future the newest call lies', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.setHeader('Date', new Date(Date.now() - 3_600_000).toUTCString());
      return sendJson(response, JSON.stringify(page([row({ call_date: '2999-01-01 00:00:00' })])));
    });
    const { code, stdout } = await runHere(['doctor'], {
      CONVOSO_BASE_URL: upstream.url,
      CONVOSO_AUTH_TOKEN: TOKEN,
      CONVOSO_TIMEZONE: 'UTC',
    });
    await upstream.close();
    expect(code).toBe(0);
    expect(stdout).toMatch(/note: clock: 3[56]\d\d s ahead of the service’s/);
    expect(stdout).toMatch(/note: the newest call, 2999-01-01 00:00:00, lies in that zone’s future/);
  });

  it('runs on the sandbox in process', async () => {
    const { code, stdout } = await runHere(['doctor', '--sandbox']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ok: service: the sandbox \(generated calls\)/);
    expect(stdout).not.toMatch(/note: the newest call/);
  });
});
