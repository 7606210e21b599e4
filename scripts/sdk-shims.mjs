// In the bundle this stands for `@modelcontextprotocol/server/_shims`, where the SDK chooses what differs between runtimes:
// its smaller validator of JSON Schema in the place of Ajv, which costs every start. The server checks only answers to its
// own questions with it; arguments are checked by the tools.
export { default as process } from 'node:process';
export { CfWorkerJsonSchemaValidator as DefaultJsonSchemaValidator } from '@modelcontextprotocol/server/validators/cf-worker';
