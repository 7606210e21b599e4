// What the server is not measured by, and why. An entry names a scenario, or some of its checks, and excuses their failure;
// everything else must pass. The runner says which entries have become unnecessary.

const FIXTURE = 'needs a tool, prompt or resource of a fixed test name, which a product does not have';
const FIXTURE_QUESTION =
  'needs a tool of a fixed test name that asks the person; the one that asks here, update_call_log_fields, is tested in test/protocol/confirmed-writes.test.ts';
const NOT_ASKED =
  'needs a tool that asks the client for a completion of its model or its roots, which no tool here does';

/** @type {{scenario: string, checks?: string[], reason: string}[]} */
export const LEFT_OUT = [
  ...[
    'tools-call-simple-text',
    'tools-call-image',
    'tools-call-audio',
    'tools-call-embedded-resource',
    'tools-call-mixed-content',
    'tools-call-error',
    'tools-call-with-progress',
    'tools-call-with-logging',
    'json-schema-2020-12',
    'resources-read-text',
    'resources-read-binary',
    'resources-templates-read',
    'prompts-get-simple',
    'prompts-get-with-args',
    'prompts-get-embedded-resource',
    'prompts-get-with-image',
    'completion-complete',
  ].map((scenario) => ({ scenario, reason: FIXTURE })),
  { scenario: 'http-custom-header-server-validation', reason: 'no tool takes arguments from HTTP headers' },
  { scenario: 'logging-set-level', reason: 'the server sends no log messages to clients, and says so' },
  ...['resources-subscribe', 'resources-unsubscribe'].map((scenario) => ({
    scenario,
    reason: 'a stateless server cannot keep subscriptions of the 2025 era',
  })),
  {
    scenario: 'server-stateless',
    checks: [
      'sep-2575-server-rejects-undeclared-capability',
      'sep-2575-missing-capability-http-400',
      'sep-2575-http-server-no-independent-requests-on-stream',
      'sep-2575-server-no-log-without-loglevel',
    ],
    reason: FIXTURE,
  },
  ...[
    'tools-call-sampling',
    'input-required-result-basic-sampling',
    'input-required-result-basic-list-roots',
  ].map((scenario) => ({ scenario, reason: NOT_ASKED })),
  ...[
    'tools-call-elicitation',
    'elicitation-sep1034-defaults',
    'elicitation-sep1330-enums',
    'input-required-result-basic-elicitation',
    'input-required-result-request-state',
    'input-required-result-multiple-input-requests',
    'input-required-result-multi-round',
    'input-required-result-non-tool-request',
    'input-required-result-result-type',
    'input-required-result-tampered-state',
    'input-required-result-capability-check',
  ].map((scenario) => ({ scenario, reason: FIXTURE_QUESTION })),
];
