import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastCallOfLead } from '../../docs/examples/last-call-of-lead.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { type Bench, openBench } from '../support/tools.js';

describe('the example of docs/adding-a-tool.md', () => {
  let sandbox: Sandbox;
  let bench: Bench;

  beforeAll(async () => {
    sandbox = await startSandbox();
    bench = openBench({ url: sandbox.url, zone: 'America/Los_Angeles', redact: ['name'] });
  });
  afterAll(async () => {
    await bench.close();
    await sandbox.close();
  });

  const run = (args: unknown) =>
    lastCallOfLead.run(args, bench.context, {
      signal: new AbortController().signal,
      progress() {},
      canAsk: false,
    });

  it('returns the newest call of the lead, the same in text and structured content', async () => {
    const newest = sandbox.calls.filter(({ lead_id }) => lead_id === '12345').at(-1);
    const { text, structured, isError } = await run({ lead_id: '12345' });
    expect(isError).toBe(false);
    expect(structured?.['call']).toMatchObject({ id: newest?.id, lead_id: '12345' });
    expect(text).toContain(`id: ${newest?.id}\n`);
  });

  it('says that a lead has no call, and which window was searched', async () => {
    const { text, structured } = await run({ lead_id: '404' });
    expect(text).toMatch(/^The lead has no call\.\nWindow: all history/);
    expect(structured).not.toHaveProperty('call');
  });

  it('refuses an argument that it does not have', async () => {
    const { text, isError } = await run({ lead_id: '12345', limit: 5 });
    expect(isError).toBe(true);
    expect(text).toContain('lead_id');
  });
});
