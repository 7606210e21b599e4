import type * as z from 'zod';
import { InvalidArguments } from '../util/failure.js';

type Issue = z.core.$ZodIssue;

/** Zod's issues as one text that names each argument, what is wrong with it and, for unknown names, the valid ones. */
export function argumentsProblem(tool: string, input: z.ZodObject, error: z.ZodError): InvalidArguments {
  const names = Object.keys(input.shape);
  const unknown = error.issues.some((issue) => issue.code === 'unrecognized_keys');
  return new InvalidArguments({
    what: `${tool} was not run: its arguments are not valid.`,
    why: error.issues.map((issue) => sentence(issue)).join(' '),
    next: unknown
      ? `Use only these arguments: ${names.join(', ')}.`
      : 'Correct this and call the tool again.',
  });
}

function sentence(issue: Issue): string {
  const name = issue.path.map((part) => shown(String(part))).join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.slice(0, 10).map(shown);
    return `Unknown argument${keys.length === 1 ? '' : 's'}: ${keys.join(', ')}.`;
  }
  if (name === '')
    return `${issue.code === 'custom' ? issue.message : 'The arguments must be one JSON object'}.`;
  return `${name} ${predicate(issue)}.`;
}

function predicate(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.startsWith('is ') ? issue.message : `must be ${typeWord(issue.expected)}`;
    case 'too_big':
      if (issue.origin === 'array') return `must have at most ${issue.maximum} entries`;
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'invalid_value':
      return issue.message.startsWith('is ') ? issue.message : `must be one of ${issue.values.join(', ')}`;
    default:
      return issue.message;
  }
}

function typeWord(expected: string): string {
  if (expected === 'int' || expected === 'number') return 'a whole number';
  if (expected === 'string') return 'a text';
  return expected === 'array' ? 'a list' : `of type ${expected}`;
}

/** A name from the caller, fit to be repeated. */
function shown(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 40);
}
