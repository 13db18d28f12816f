import { beforeEach, describe, expect, it } from 'vitest';
import { createNfscopeStore, type Store } from '../../state/store.ts';
import { matchCommands, paletteCommands } from './commands.ts';

let store: Store;
beforeEach(() => {
  store = createNfscopeStore();
});
const titles = () => paletteCommands(store.getState()).map(({ title }) => title);

describe('paletteCommands', () => {
  it('offers what is not so already', () => {
    expect(titles()).toContain('Show the chain');
    expect(titles()).not.toContain('Show the hook map');
    store.getState().setView('chain');
    expect(titles()).toContain('Show the hook map');
    expect(titles()).not.toContain('Show the chain');
  });

  it('does what it says', () => {
    const dark = paletteCommands(store.getState()).find(({ id }) => id === 'theme dark');
    dark?.run();
    expect(store.getState().theme).toBe('dark');
    expect(titles()).not.toContain('Theme: dark');
  });

  it('offers all owners only where some are dimmed, and deselecting only with a selection', () => {
    expect(titles()).not.toContain('Show all owners');
    store.getState().toggleOwner('docker');
    store.getState().select({ kind: 'chain', chain: 3 }, 'map');
    expect(titles()).toEqual(expect.arrayContaining(['Show all owners', 'Select nothing']));
  });
});

describe('matchCommands', () => {
  it.each([
    ['', true],
    ['dark', true],
    ['theme da', true],
    ['COLOURS dark', true],
    ['dark zebra', false],
  ])('%j', (query, found) => {
    const ids = matchCommands(paletteCommands(store.getState()), query).map(({ id }) => id);
    expect(ids.includes('theme dark')).toBe(found);
  });
});
