import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNfscopeStore } from './store.ts';

const ON = { kind: 'finding', id: 'f' } as const;

describe('undo and redo', () => {
  test('of closing, renaming, adding and notes, in turn', () => {
    const store = createNfscopeStore();
    const state = () => store.getState();
    const names = () => state().documents.map(({ name }) => name);
    state().addDocuments([
      { name: 'a', text: '1' },
      { name: 'b', text: '2' },
    ]);
    const [a, b] = state().documents;
    state().renameDocument(a?.id ?? '', 'A');
    state().closeDocument(b?.id ?? '');
    state().writeNote(ON, { text: 'n', highlight: false });
    expect(state().undo()).toBe(true);
    expect(state().notes).toEqual([]);
    state().undo();
    expect(names()).toEqual(['A', 'b']);
    state().undo();
    expect(names()).toEqual(['a', 'b']);
    state().undo();
    expect(names()).toEqual([]);
    expect(state().undo()).toBe(false);
    for (let n = 0; n < 4; n++) expect(state().redo()).toBe(true);
    expect(state().redo()).toBe(false);
    expect(names()).toEqual(['A']);
    expect(state().notes).toMatchObject([{ text: 'n' }]);
    expect(state().notices.at(-1)?.text).toBe('Done again: writing a note.');
  });

  test('an edit in between stays', () => {
    const store = createNfscopeStore();
    const state = () => store.getState();
    state().addDocuments([{ name: 'a', text: '1' }]);
    const id = state().documents[0]?.id ?? '';
    state().renameDocument(id, 'b');
    state().editDocument(id, 'edited');
    state().undo();
    expect(state().documents).toMatchObject([{ name: 'a', text: 'edited' }]);
    state().undo();
    expect(state().documents).toEqual([]);
    state().redo();
    expect(state().documents).toMatchObject([{ name: 'a', text: 'edited' }]);
  });

  test('the notice of a closed dump opens it again, also after something else was done', () => {
    const store = createNfscopeStore();
    const state = () => store.getState();
    state().addDocuments([
      { name: 'a', text: '1' },
      { name: 'b', text: '2' },
    ]);
    const [a, b] = state().documents;
    state().closeDocument(a?.id ?? '');
    const notice = state().notices.at(-1);
    state().renameDocument(b?.id ?? '', 'B');
    notice?.action?.run();
    expect(state().documents.map(({ name }) => name)).toEqual(['a', 'B']);
    expect(state().active).toBe(a?.id);
    state().undo();
    expect(state().documents.map(({ name }) => name)).toEqual(['B']);
  });

  test('what is supposed is undone first', () => {
    const store = createNfscopeStore();
    const state = () => store.getState();
    state().addDocuments([{ name: 'a', text: '1' }]);
    state().suppose({ kind: 'without-rule', chain: 0, rule: 0 });
    state().undo();
    expect(state().supposed.at).toBe(-1);
    expect(state().documents).toHaveLength(1);
    state().redo();
    expect(state().supposed.at).toBe(0);
  });

  test('any steps are undone to the beginning and done again to the end', () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), text: fc.string({ maxLength: 3 }) }),
      fc.record({ kind: fc.constantFrom('close' as const, 'rename' as const), at: fc.nat(4) }),
      fc.record({ kind: fc.constant('note' as const), id: fc.constantFrom('f', 'g'), text: fc.option(fc.string()) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        const store = createNfscopeStore();
        const shown = () => {
          const { documents, notes } = store.getState();
          return { documents: documents.map(({ name, text }) => ({ name, text })), notes };
        };
        acts.forEach((one, n) => {
          const { addDocuments, closeDocument, renameDocument, writeNote, documents } = store.getState();
          if (one.kind === 'add') addDocuments([{ name: `d${n}`, text: one.text }]);
          else if (one.kind === 'note') {
            const on = { kind: 'finding', id: one.id } as const;
            writeNote(on, one.text === null ? null : { text: one.text, highlight: false });
          } else {
            const id = documents[one.at]?.id ?? '';
            if (one.kind === 'close') closeDocument(id);
            else renameDocument(id, `r${n}`);
          }
        });
        const last = shown();
        let steps = 0;
        while (store.getState().undo()) steps++;
        expect(shown()).toEqual({ documents: [], notes: [] });
        for (let n = 0; n < steps; n++) expect(store.getState().redo()).toBe(true);
        expect(shown().documents).toEqual(last.documents);
        expect(new Set(shown().notes)).toEqual(new Set(last.notes));
      }),
    );
  });
});
