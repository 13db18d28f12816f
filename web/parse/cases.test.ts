/** Grammar cases: `# name`, input, `==>`, the model. `UPDATE_CASES=1 vitest run` writes what comes out, to be read in review. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dumpText } from './iptables-save/case-text.ts';
import { readDocument } from './read.ts';

const FOLDERS = ['iptables-save/cases', 'shell/cases', 'nft/scripts', 'traces/cases'];

interface Case {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
}

function casesOf(text: string): Case[] {
  return text.split(/\n\n(?=# )/).map(caseOf);
}

function caseOf(block: string): Case {
  const [head = '', expected = ''] = block.split(/\n==>\n?/);
  const eol = head.indexOf('\n');
  return { name: head.slice(2, eol), input: head.slice(eol + 1), expected: expected.trimEnd() };
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(import.meta.dirname, folder))
    .sort()
    .map((file) => join(folder, file)),
);

describe.each(files)('%s', (file) => {
  const path = join(import.meta.dirname, file);
  const cases = casesOf(readFileSync(path, 'utf8'));
  if (process.env['UPDATE_CASES']) {
    const written = cases.map(
      ({ name, input }) => `# ${name}\n${input}\n==>\n${dumpText(readDocument(0, 'dump', input))}`,
    );
    writeFileSync(path, `${written.join('\n\n')}\n`);
  }
  it.each(cases)('$name', ({ input, expected }) => {
    if (process.env['UPDATE_CASES']) return;
    expect(expected, 'a case without an expectation').not.toBe('');
    expect(dumpText(readDocument(0, 'dump', input))).toBe(expected);
  });
});
