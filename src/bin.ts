#!/usr/bin/env node
import module from 'node:module';

// Where Node keeps compiled code between starts (22.1 and later), this must come before anything is loaded.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
await import('./cli.js');
