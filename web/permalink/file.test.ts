import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFile, encodeFile, looksLikeWorkspace, type WorkspaceFile } from './file.ts';
import { LONGEST_NOTE, MOST_NOTES, notesFromJson } from './notes.ts';

const FILE: WorkspaceFile = {
  documents: [
    { name: 'node.save', text: '*filter\nCOMMIT\n' },
    { name: 'node.nft', text: '"quotes" \\ and \u2028 lines\n' },
  ],
  view: { view: 'chain', family: 'ip', dimmed: ['calico'] },
  notes: [
    {
      on: {
        kind: 'rule',
        address: { backend: 'nft', family: 'inet', table: 'a/b', chain: 'input', rule: 3 },
        line: 'tcp dport 22 accept',
      },
      text: 'why?\nask',
      highlight: true,
    },
    { on: { kind: 'finding', id: 'linear-cost ip nat' }, text: 'known', highlight: false },
  ],
};

const opened = (text: string) => {
  const file = decodeFile(text);
  if (!file.ok) throw new Error(file.message);
  return file;
};

test('what is written is read', () => {
  expect(opened(encodeFile(FILE))).toEqual({ ok: true, warnings: [], ...FILE });
  expect(looksLikeWorkspace(encodeFile(FILE))).toBe(true);
  expect(looksLikeWorkspace(`\uFEFF${encodeFile(FILE)}`)).toBe(true);
  for (const other of ['{"nftables":[]}', '*filter', '', '{"format":"other"}'])
    expect(looksLikeWorkspace(other)).toBe(false);
});

/** As version 1 wrote it. Never change it: old files open for ever. */
const VERSION_1 =
  '{"format":"nfscope-workspace","version":1,"view":"view=chain&sel=rule/nft/ip/t/c/1","notes":[{"at":"rule/nft/ip/t/c/1","line":"accept","text":"n","mark":true}],"documents":[{"name":"a","text":"table ip t {}"}]}';

test('the stored file of version 1 opens', () => {
  const address = { backend: 'nft', family: 'ip', table: 't', chain: 'c', rule: 1 };
  expect(opened(VERSION_1)).toEqual({
    ok: true,
    documents: [{ name: 'a', text: 'table ip t {}' }],
    view: { view: 'chain', selection: { kind: 'rule', address } },
    notes: [{ on: { kind: 'rule', address, line: 'accept' }, text: 'n', highlight: true }],
    warnings: [],
  });
});

describe('what is not understood', () => {
  const made = (part: object): string => JSON.stringify({ ...(JSON.parse(VERSION_1) as object), ...part });
  test.each([
    ['cut off', VERSION_1.slice(0, 80), /cut off or damaged/],
    ['another JSON', '{"nftables":[]}', /no workspace/],
    ['a list', '[]', /no workspace/],
    ['a newer version', made({ version: 2 }), /newer nfscope.*Reload/],
    ['no version', made({ version: 'x' }), /no version/],
    ['version 0', made({ version: 0 }), /no version/],
    ['no dumps', made({ documents: [] }), /no dumps/],
    ['dumps that are none', made({ documents: 'x' }), /no dumps/],
    ['a dump without text', made({ documents: [{ name: 'a' }] }), /dump 1 has no text/],
    ['a dump that is none', made({ documents: [{ text: 'a' }, null] }), /dump 2 has no text/],
    ['too many dumps', made({ documents: Array(1001).fill({ text: '' }) }), /more than 1000/],
  ])('is refused with a sentence: %s', (_name, text, message) => {
    expect(decodeFile(text)).toMatchObject({ ok: false, message: expect.stringMatching(message) as string });
  });

  test('names are made clean, notes and views left out with a word', () => {
    const file = opened(
      made({
        documents: [
          { name: 'a\n\u0007b', text: 'x' },
          { name: 5, text: 'y' },
          { name: 'n'.repeat(900), text: 'z' },
        ],
        view: 'view=flowers',
        notes: [{ at: 'nowhere', text: 'x' }, 5, { at: 'finding/f', text: 'y'.repeat(LONGEST_NOTE + 5) }],
      }),
    );
    expect(file.documents.map(({ name }) => name)).toEqual(['a  b', 'Dump 2', 'n'.repeat(200)]);
    expect(file.notes).toMatchObject([{ on: { id: 'f' }, text: 'y'.repeat(LONGEST_NOTE) }]);
    expect(file.warnings).toEqual([
      expect.stringMatching(/The file's “view”/),
      expect.stringMatching(/2 of the file's notes/),
    ]);
    expect(notesFromJson(Array(MOST_NOTES + 7).fill({ at: 'finding/f', text: '' }))).toMatchObject({ left: 7 });
  });

  test('any JSON and any text give an answer', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.jsonValue().map((value) => made({ documents: value, notes: value, view: value })),
        ),
        (text) => {
          const file = decodeFile(text);
          if (!file.ok) expect(file.message.length).toBeGreaterThan(20);
        },
      ),
      { numRuns: 500 },
    );
  });
});
