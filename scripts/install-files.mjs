// The files by which hosts and registries install the server, and the one-step snippets of README.md, made from package.json
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

/** README.md: one step for each host. */
export function hostSnippets({ manifest, settings }) {
  const run = { command: 'npx', args: ['-y', manifest.name] };
  const needed = settings.filter(({ env }) => env === 'CONVOSO_AUTH_TOKEN' || env === 'CONVOSO_TIMEZONE');
  const example = (setting) => (setting.secret ? 'your-token' : 'America/Los_Angeles');
  const inputs = needed.map((setting) => ({
    type: 'promptString',
    id: key(setting),
    description: `${setting.title}: ${setting.description}`,
    ...(setting.secret ? { password: true } : {}),
  }));
  const vsCode = {
    name: ENTRY,
    type: 'stdio',
    ...run,
    env: environment(needed, (setting) => `\${input:${key(setting)}}`),
    inputs,
  };
  const cursor = { ...run, env: environment(needed, ({ env }) => `\${env:${env}}`) };
  const typed = { ...run, env: environment(needed, example) };
  const flags = Object.entries(typed.env).map(([name, value]) => `--env ${name}=${value}`);
  return [
    `**Claude Code**: one command. A built clone and the package are also plugins (\`.claude-plugin/plugin.json\`): \`claude --plugin-dir .\` tries it, and the token is a sensitive setting of the plugin.`,
    fenced('sh', `claude mcp add ${ENTRY} ${flags.join(' ')} -- ${run.command} ${run.args.join(' ')}`),
    `**Claude Desktop**: \`npm run bundle\` makes \`build/${manifest.name}-${manifest.version}.mcpb\`; open it with Claude Desktop, which asks for the token and keeps it in the keychain. Or, in \`claude_desktop_config.json\`:`,
    fenced('json', JSON.stringify({ mcpServers: { [ENTRY]: typed } }, null, 2)),
    `**VS Code**: [install](${vsCodeLink(vsCode)}); it asks for the token once and keeps it.`,
    `**Cursor**: [install](${cursorLink(ENTRY, cursor)}); it reads ${needed.map(({ env }) => `\`${env}\``).join(' and ')} from the environment Cursor was started in.`,
  ].join('\n\n');
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
