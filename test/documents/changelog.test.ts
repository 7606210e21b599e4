import { describe, expect, it } from 'vitest';
import { PACKAGE_VERSION } from '../support/bin.js';
import { readPage } from './pages.js';

describe('CHANGELOG.md', () => {
  it('begins with the version of package.json', () => {
    expect(/^## (.+)$/m.exec(readPage('CHANGELOG.md'))?.[1]).toBe(PACKAGE_VERSION);
  });
});
