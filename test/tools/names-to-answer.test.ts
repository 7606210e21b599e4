import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { sandboxAccount } from '../../src/wiring/sandbox-account.js';
import { type Bench, openBench } from '../support/tools.js';

// “How did Jane Smith do yesterday compared with the rest of her campaign?”, from the names alone.

describe.each(['contract', 'live'] as const)('on the %s dialect', (dialect) => {
  let sandbox: Sandbox;
  let bench: Bench;
  beforeAll(async () => {
    sandbox = await startSandbox({ dialect });
    bench = openBench({
      url: sandbox.url,
      zone: 'America/Los_Angeles',
      // 3 March 2026, 20:00 in the account.
      now: new Date('2026-03-04T04:00:00Z'),
      // Rows of the live dialect carry the names themselves.
      ...(dialect === 'contract' ? { account: sandboxAccount() } : {}),
    });
  });
  afterAll(async () => {
    await bench.close();
    await sandbox.close();
  });

  it('two calls tell the agent’s campaigns and the campaign’s agents', async () => {
    const yesterday = sandbox.calls.filter(({ call_date }) => call_date.startsWith('2026-03-02'));
    const callsOf = (campaign: string, user: string) =>
      yesterday.filter((call) => call.campaign_id === campaign && call.user_id === user).length;

    const hers = await bench.ask('summarize_call_logs', {
      user_id: 'Jane Smith',
      start_time: 'yesterday',
      group_by: ['campaign'],
    });
    expect(hers.structured['resolved_names']).toMatchObject({
      user_id: expect.stringMatching(/^12345 \(Jane Smith\)$/),
    });
    expect(hers.text).toContain(`111|Medicare Advantage|${callsOf('111', '12345')}|`);

    const theirs = await bench.ask('summarize_call_logs', {
      campaign_id: 'Medicare Advantage',
      start_time: 'yesterday',
      group_by: ['user'],
      top: 30,
    });
    expect(theirs.structured['completeness']).toMatchObject({ complete: true });
    for (const user of ['12345', '22222', '22223', '22230']) {
      expect(theirs.text).toMatch(new RegExp(`^${user}\\|[^|]+\\|${callsOf('111', user)}\\|`, 'm'));
    }
  });

  it('“Jane” alone is refused with the Janes there are', async () => {
    const text = await bench.refused('summarize_call_logs', { user_id: 'Jane', start_time: 'yesterday' });
    expect(text).toMatch(/Jane (Smith|Okafor) \(\d+\), Jane (Smith|Okafor) \(\d+\)/);
  });
});
