import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `.ci/run` installs chdb, the ClickHouse engine in a package: 566 MB, and so no dependency of the project. */
const CHDB = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'convoso-call-logs-mcp',
  'chdb-3.4.0',
);

/** Whether this machine has the engine to test with; says so once when it has not. */
export const HAS_CLICKHOUSE = existsSync(join(CHDB, 'node_modules', 'chdb', 'package.json'));
if (!HAS_CLICKHOUSE) {
  console.warn(
    'SKIPPED: the archive in ClickHouse on its real engine (see the step for chdb in .ci/run, 566 MB).',
  );
}

/** A ClickHouse of its own for a test file, on loopback. */
export class ClickHouse {
  readonly #process: ChildProcess;
  readonly #port: string;
  #databases = 0;

  private constructor(process: ChildProcess, port: string) {
    this.#process = process;
    this.#port = port;
  }

  static async start(): Promise<ClickHouse> {
    const program = fileURLToPath(new URL('clickhouse-server.mjs', import.meta.url));
    const child = spawn(process.execPath, [program, CHDB, USER, PASSWORD], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()));
      child.once('exit', () => reject(new Error('the stand-in for ClickHouse ended')));
    });
    return new ClickHouse(child, port);
  }

  /** The address of a database, as the setting has it. */
  url(database: string): string {
    return `clickhouse://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.#port}/${database}`;
  }

  /** Makes an empty database. @returns its address */
  async database(): Promise<string> {
    this.#databases += 1;
    const name = `archive_${this.#databases}`;
    await this.run(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  /** Runs a statement by hand, past all code under test. @returns the rows, tab-separated */
  async run(statement: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` },
      body: statement,
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.text()).trim();
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin?.end();
    await ended;
  }
}

const USER = 'archivist';
/** What no text may show. */
export const PASSWORD = 'pa55-word/of ClickHouse';
