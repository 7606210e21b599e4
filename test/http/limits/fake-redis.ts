import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/**
 * As much of a Redis as the server uses, on a live socket: what a real one is seldom made to do, answering with errors, is
 * here a setting. A key holds a number or a text.
 */
export class FakeRedis {
  readonly keys = new Map<string, string>();
  /** The error that a command is answered with, such as `OOM command not allowed`; undefined lets it work. */
  fault: (command: string, key: string) => string | undefined = () => undefined;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<FakeRedis> {
    const redis = new FakeRedis();
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Listens on the port it had; what it knew is still there unless `keys` was cleared. */
  async start(): Promise<void> {
    const server = createServer((socket) => this.#serve(socket));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection and takes no more. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) =>
      server === undefined ? resolve() : server.close(() => resolve()),
    );
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    let waiting = '';
    socket.on('data', (chunk) => {
      waiting += chunk.toString();
      for (let read = readCommand(waiting); read !== undefined; read = readCommand(waiting)) {
        waiting = waiting.slice(read.length);
        socket.write(this.#answer(read.words));
      }
    });
  }

  #answer([name = '', ...words]: readonly string[]): string {
    const command = name.toUpperCase();
    const [key = '', value = ''] = command === 'EVAL' ? words.slice(2) : words;
    const fault = this.fault(command, key);
    if (fault !== undefined) return `-${fault}\r\n`;
    const held = this.keys.get(key);
    switch (command) {
      case 'PING':
        return '+PONG\r\n';
      case 'SET':
        if (words.includes('NX') && held !== undefined) return '$-1\r\n';
        this.keys.set(key, value);
        return '+OK\r\n';
      case 'GET':
        return held === undefined ? '$-1\r\n' : `$${held.length}\r\n${held}\r\n`;
      case 'EVAL': {
        const consumed = Number(held ?? 0) + Number(value);
        this.keys.set(key, String(consumed));
        return `*2\r\n:${consumed}\r\n:60000\r\n`;
      }
      default:
        return '+OK\r\n';
    }
  }
}

/** One command out of what has arrived, in the protocol's arrays of texts; undefined while it is not all there. */
function readCommand(text: string): { words: string[]; length: number } | undefined {
  const [head, count] = /^\*(\d+)\r\n/.exec(text) ?? [];
  if (head === undefined) return undefined;
  const words: string[] = [];
  let at = head.length;
  for (let left = Number(count); left > 0; left--) {
    const [size, length] = /^\$(\d+)\r\n/.exec(text.slice(at)) ?? [];
    if (size === undefined || text.length < at + size.length + Number(length) + 2) return undefined;
    at += size.length;
    words.push(text.slice(at, at + Number(length)));
    at += Number(length) + 2;
  }
  return { words, length: at };
}
