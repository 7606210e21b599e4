// The files by which hosts and registries install the server, and the host snippets of README.md, made from package.json
// and the settings and tools of the built code.

/** Name of the server in a host's configuration. */
const ENTRY = 'convoso-call-logs';
const DISPLAY_NAME = 'Convoso call logs';
const REGISTRY_SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

/** What installers ask a person for: the settings with a title. */
const askedFor = (settings) => settings.filter(({ title, env }) => title !== undefined && env !== undefined);

/** What a local server reads: every variable but those of the HTTP command. */
const forStdio = (settings) =>
  settings.filter(({ env }) => env !== undefined && !/^CALL_LOGS_(HTTP|OAUTH|REDIS)_/.test(env));

const environment = (settings, valueFor) =>
  Object.fromEntries(askedFor(settings).map((setting) => [setting.env, valueFor(setting)]));

/** Every generated file by its path, as an object. */
export function installFiles({ manifest, settings, tools }) {
  return {
    'server.json': registryEntry(manifest, settings),
    'mcpb/manifest.json': bundleManifest(manifest, settings, tools),
    '.claude-plugin/plugin.json': pluginManifest(manifest, settings),
    'mcp.json': cloneConfiguration(settings),
  };
}

/** MCP registry entry (schema 2025-12-11). */
function registryEntry(manifest, settings) {
  return {
    $schema: REGISTRY_SCHEMA,
    name: manifest.mcpName,
    title: DISPLAY_NAME,
    description: manifest.description,
    version: manifest.version,
    packages: [
      {
        registryType: 'npm',
        registryBaseUrl: 'https://registry.npmjs.org',
        identifier: manifest.name,
        version: manifest.version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        environmentVariables: forStdio(settings).map((setting) => ({
          name: setting.env,
          description: setting.description,
          format: setting.path === 'file' ? 'filepath' : setting.type,
          ...(setting.secret ? { isSecret: true } : {}),
          ...(setting.default === undefined ? {} : { default: String(setting.default) }),
          ...(setting.choices === undefined ? {} : { choices: setting.choices }),
        })),
      },
    ],
  };
}

/** What a bundle or a plugin asks the person who installs it; `required` is left to the host that insists on it. */
function questions(settings) {
  return Object.fromEntries(
    askedFor(settings).map((setting) => [
      key(setting),
      {
        type: setting.path ?? setting.type,
        title: setting.title,
        description: setting.description,
        ...(setting.secret ? { sensitive: true, required: true } : { default: setting.default ?? '' }),
      },
    ]),
  );
}

const key = ({ env }) => env.toLowerCase();
const answers = (settings) => environment(settings, (setting) => `\${user_config.${key(setting)}}`);

/** MCPB bundle (manifest 0.3): the built program in server/, with nothing else to install. */
function bundleManifest(manifest, settings, tools) {
  return {
    manifest_version: '0.3',
    name: manifest.name,
    display_name: DISPLAY_NAME,
    version: manifest.version,
    description: manifest.description,
    author: { name: manifest.author },
    license: manifest.license,
    keywords: manifest.keywords,
    server: {
      type: 'node',
      entry_point: 'server/cli.js',
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/server/cli.js`],
        env: answers(settings),
      },
    },
    tools: tools.map(({ name, title }) => ({ name, description: title })),
    compatibility: {
      platforms: ['darwin', 'win32', 'linux'],
      runtimes: { node: manifest.engines.node },
    },
    user_config: questions(settings),
  };
}

/** Claude Code plugin: this folder, from a clone that was built or from the npm package. */
function pluginManifest(manifest, settings) {
  return {
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    author: { name: manifest.author },
    license: manifest.license,
    keywords: manifest.keywords,
    userConfig: questions(settings),
    mcpServers: {
      [ENTRY]: {
        command: 'node',
        args: [`\${CLAUDE_PLUGIN_ROOT}/dist/cli.js`],
        env: answers(settings),
      },
    },
  };
}

/** Entries that work as they stand from the root of a built clone. */
function cloneConfiguration(settings) {
  const server = { type: 'stdio', command: 'node', args: ['dist/cli.js'] };
  return {
    mcpServers: {
      [ENTRY]: { ...server, env: environment(settings, ({ env }) => `\${${env}}`) },
      [`${ENTRY}-sandbox`]: { ...server, args: [...server.args, '--sandbox'] },
    },
  };
}

/** What a host's configuration needs to know of an account. */
const needed = (settings) =>
  settings.filter(({ env }) => env === 'CONVOSO_AUTH_TOKEN' || env === 'CONVOSO_TIMEZONE');

/** The environment of an example entry, values included. */
const typed = (settings) =>
  environment(needed(settings), (setting) => (setting.secret ? 'your-token' : 'America/Los_Angeles'));

const claudeCode = (settings, command) =>
  `claude mcp add ${ENTRY} ${Object.entries(typed(settings))
    .map(([name, value]) => `--env ${name}=${value}`)
    .join(' ')} -- ${command}`;

/** A host's file with one entry, a line for each of its keys. */
function entry(server) {
  const keys = Object.entries(server).map(([name, value]) => `      "${name}": ${oneLine(value)}`);
  return fenced('json', `{\n  "mcpServers": {\n    "${ENTRY}": {\n${keys.join(',\n')}\n    }\n  }\n}`);
}

/** JSON on one line, spaced as people write it. */
const oneLine = (value) =>
  Array.isArray(value)
    ? `[${value.map(oneLine).join(', ')}]`
    : typeof value === 'object'
      ? `{ ${Object.entries(value)
          .map(([name, one]) => `"${name}": ${oneLine(one)}`)
          .join(', ')} }`
      : JSON.stringify(value);

/** README.md: one step for each host, with a built clone. */
export function hostSnippets({ manifest, settings }) {
  const fromClone = { command: 'node', args: ['/path/to/clone/dist/cli.js'], env: typed(settings) };
  return [
    'Claude Code, from the root of the clone:',
    fenced('sh needs=claude', claudeCode(settings, 'node "$PWD/dist/cli.js"')),
    'A built clone is also a plugin, with the token as a sensitive setting: `claude --plugin-dir .` tries it.',
    folded(
      'Claude Desktop, VS Code, Cursor and other hosts: an entry in their file',
      `In \`claude_desktop_config.json\`, \`~/.cursor/mcp.json\` or the file of your host:\n\n${entry(fromClone)}\n\nVS Code reads the same entry from \`.vscode/mcp.json\`, under \`servers\` and with \`"type": "stdio"\`. Claude Desktop can also install a bundle: \`npm run bundle\` writes \`build/${manifest.name}-${manifest.version}.mcpb\`. Open it with Claude Desktop, which asks for the token and stores it in the keychain.`,
    ),
  ].join('\n\n');
}

/** README.md: the same with the released package. */
export function releasedSnippets({ manifest, settings }) {
  const run = { command: 'npx', args: ['-y', manifest.name] };
  const variables = needed(settings);
  const vsCode = {
    name: ENTRY,
    type: 'stdio',
    ...run,
    env: environment(variables, (setting) => `\${input:${key(setting)}}`),
    inputs: variables.map((setting) => ({
      type: 'promptString',
      id: key(setting),
      description: `${setting.title}: ${setting.description}`,
      ...(setting.secret ? { password: true } : {}),
    })),
  };
  const cursor = { ...run, env: environment(variables, ({ env }) => `\${env:${env}}`) };
  return folded(
    'With the released package instead of a clone',
    [
      `Put \`npx -y ${manifest.name}\` in the place of \`node /path/to/clone/dist/cli.js\`:`,
      fenced('sh needs=release', claudeCode(settings, [run.command, ...run.args].join(' '))),
      `VS Code: [install](${vsCodeLink(vsCode)}). VS Code asks for the token once and stores it.`,
      `Cursor: [install](${cursorLink(ENTRY, cursor)}). The entry reads ${variables.map(({ env }) => `\`${env}\``).join(' and ')} from the environment that Cursor was started in.`,
    ].join('\n\n'),
  );
}

function folded(title, content) {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

function vsCodeLink(server) {
  const link = `vscode:mcp/install?${encodeURIComponent(JSON.stringify(server))}`;
  return `https://vscode.dev/redirect?url=${encodeURIComponent(link)}`;
}

function cursorLink(name, server) {
  const config = Buffer.from(JSON.stringify(server)).toString('base64');
  return `https://cursor.com/en/install-mcp?name=${name}&config=${encodeURIComponent(config)}`;
}

const fenced = (language, text) => `\`\`\`${language}\n${text}\n\`\`\``;
