// Loaded into the server process under test: tells its heap after a full collection when it is asked, and what is open when it ends.
import { setImmediate } from 'node:timers/promises';

process.on('message', async () => {
  globalThis.gc();
  await setImmediate();
  globalThis.gc();
  process.send({ heap: process.memoryUsage().heapUsed, open: process.getActiveResourcesInfo() });
});
// Listening for questions must not keep the process alive.
process.channel.unref();
process.on('exit', () => process.send({ open: process.getActiveResourcesInfo() }));
