import { expect, test } from 'vitest';
import type { Note } from '../permalink/notes.ts';
import { analyse } from '../pipeline.ts';
import { answerQuestion } from '../views/answer-request.ts';
import { createViewContext } from '../views/context.ts';
import { buildOverview } from '../views/overview.ts';
import type { Client } from '../worker/client.ts';
import { noteOfRule, notesNow, startNotes } from './notes.ts';
import { createNfscopeStore } from './store.ts';
import { fakeOverview } from './testing.ts';

const dump = (rules: string): string => `*filter\n:INPUT ACCEPT [0:0]\n${rules}COMMIT\n`;

/** A store whose questions are answered from the text that it has. */
function openWith(text: string) {
  const store = createNfscopeStore();
  let revision = 0;
  const context = () => {
    const { documents } = store.getState();
    const analysis = analyse(documents.map(({ name, text: content }) => ({ name, text: content })));
    return createViewContext(
      analysis,
      revision,
      documents.map(({ id }) => id),
    );
  };
  const client = {
    request: async (kind: string, request: object) => {
      const now = context();
      return answerQuestion(now, buildOverview(now), { kind, request } as never);
    },
  } as unknown as Client;
  startNotes(store, client);
  store.getState().addDocuments([{ name: 'a', text }]);
  const read = async (): Promise<void> => {
    revision++;
    store.getState().setOverview(fakeOverview({ revision }));
    for (let n = 0; n < 60; n++) await Promise.resolve();
  };
  return { store, read, edit: (to: string) => store.getState().editDocument(store.getState().active ?? '', to) };
}

const noteAt = (rule: number, line: string): Note => ({
  on: {
    kind: 'rule',
    address: { family: 'ip', table: 'filter', backend: 'iptables', chain: 'INPUT', rule },
    line,
  },
  text: 'n',
  highlight: false,
});

test('a note stays with its rule when lines are put in above it, and when its own text changes', async () => {
  const { store, read, edit } = openWith(dump('-A INPUT -i lo -j ACCEPT\n[1:2] -A INPUT -p tcp -j DROP\n'));
  await read();
  const { on, ...note } = noteAt(2, '[1:2] -A INPUT -p tcp -j DROP');
  store.getState().writeNote(on, note);
  await read();
  expect(store.getState().notePlaces).toMatchObject([{ address: { rule: 2 }, bases: [{ index: 2 }] }]);
  edit(dump('-A INPUT -i eth0 -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n[7:9] -A INPUT -p tcp -j DROP\n'));
  await read();
  expect(notesNow(store.getState())).toMatchObject([{ on: { address: { rule: 3 } } }]);
  const place = store.getState().notePlaces[0];
  expect(noteOfRule(store.getState(), place?.rule ?? -1)?.text).toBe('n');
  edit(dump('-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -j REJECT\n'));
  await read();
  expect(store.getState().notePlaces).toMatchObject([{ address: { rule: 2 } }]);
});

test('a rule that is gone has no place, and its note stays', async () => {
  const { store, read, edit } = openWith(dump('-A INPUT -i lo -j ACCEPT\n'));
  await read();
  const { on, ...note } = noteAt(1, '-A INPUT -i lo -j ACCEPT');
  store.getState().writeNote(on, note);
  edit(dump(''));
  await read();
  expect(store.getState().notePlaces).toEqual([null]);
  expect(notesNow(store.getState())).toHaveLength(1);
});

test('a note on a rule below a jump knows the base chains that lead there', async () => {
  const { store, read } = openWith(
    '*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:deep - [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j deep\n-A OUTPUT -j deep\n-A deep -p tcp -j DROP\nCOMMIT\n',
  );
  await read();
  const address = { family: 'ip', table: 'filter', backend: 'iptables', chain: 'deep', rule: 1 } as const;
  store.getState().writeNote({ kind: 'rule', address, line: '' }, { text: 'n', highlight: false });
  await read();
  expect(
    store
      .getState()
      .notePlaces[0]?.bases.map(({ index }) => index)
      .sort(),
  ).toEqual([1, 2]);
});
