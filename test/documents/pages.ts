import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../distribution/folder.js';

/** Folders and files with pages that people read. */
const PLACES = ['.', 'docs', '.changeset', '.github'];

/** Every page, by its path from the root, with slashes. */
export function pages(): string[] {
  return PLACES.flatMap((place) =>
    readdirSync(join(ROOT, place))
      .filter((name) => name.endsWith('.md'))
      .map((name) => (place === '.' ? name : `${place}/${name}`)),
  ).sort();
}

export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A fenced block of a page. */
export interface Block {
  /** The first word after the fence. */
  readonly language: string;
  /** What follows it: how the tests treat the block (docs/README.md). */
  readonly mark: string;
  readonly code: string;
}

const FENCED = /^[ \t]*```(\w*)[ \t]*([^\n]*)\n([\s\S]*?)^[ \t]*```$/gm;

export function blocksOf(text: string): Block[] {
  return [...text.matchAll(FENCED)].map(([, language = '', mark = '', code = '']) => ({
    language,
    mark,
    code,
  }));
}

/** A page without its fenced blocks, for what is searched in prose. */
export function proseOf(text: string): string {
  return text.replace(FENCED, '');
}

/** The commands of a shell script, each as its words: enough of a shell's rules for what documents show. */
export function commandsOf(script: string): string[][] {
  return script
    .replace(/\\\n/g, ' ')
    .split(/\n|&&|\|/)
    .map((line) => [...line.replace(/(^|\s)#.*$/, '').matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)])
    .map((words) => words.map(([word]) => word.replace(/^(['"])(.*)\1$/, '$2')))
    .filter((words) => words.length > 0);
}
