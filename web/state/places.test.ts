import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PLACE_PAUSE, type PlacePage, startPlaces } from './places.ts';
import { startSession } from './session.ts';
import { createNfscopeStore } from './store.ts';
import { fakeClient } from './testing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A browser's history, with its entries' places. */
function fakeHistory() {
  const entries: (string | null)[] = [null];
  let at = 0;
  let listener = (): void => undefined;
  const page: PlacePage = {
    place: () => entries[at] ?? null,
    visit: (place) => {
      entries.splice(at + 1, entries.length, place);
      at++;
    },
    settle: (place) => {
      entries[at] = place;
    },
    onNavigate: (listen) => {
      listener = listen;
      return () => {
        listener = () => undefined;
      };
    },
  };
  const go = async (by: number): Promise<void> => {
    at += by;
    listener();
    await vi.advanceTimersByTimeAsync(PLACE_PAUSE);
  };
  return { page, entries, go };
}

async function setUp() {
  const store = createNfscopeStore();
  const client = fakeClient();
  const session = startSession(store, client);
  const { page, entries, go } = fakeHistory();
  startPlaces(store, session, page);
  const state = () => store.getState();
  const pause = () => vi.advanceTimersByTimeAsync(PLACE_PAUSE);
  state().addDocuments([{ name: 'a', text: '1' }]);
  await vi.advanceTimersByTimeAsync(0);
  await client.loads[0]?.answer({
    maps: [
      { family: 'ip', hooks: [] },
      { family: 'ip6', hooks: [] },
    ],
  });
  await pause();
  return { client, state, entries, go, pause };
}

const chain = (name: string) => ({ family: 'ip', table: 'filter', backend: 'iptables', chain: name }) as const;

test('views, families and selections are places, and back and forth leads through them', async () => {
  const { client, state, entries, go, pause } = await setUp();
  expect(entries).toEqual(['&view=hooks&family=ip']);
  state().setView('cost');
  await pause();
  state().setFamily('ip6');
  await pause();
  client.address = chain('FORWARD');
  client.ids = { chain: 3, rule: null, set: null };
  state().select({ kind: 'chain', chain: 3 }, 'map');
  await pause();
  expect(entries.map((entry) => entry?.slice(1))).toEqual([
    'view=hooks&family=ip',
    'view=cost&family=ip',
    'view=cost&family=ip6',
    'view=cost&family=ip6&sel=chain/iptables/ip/filter/FORWARD',
  ]);
  await go(-3);
  expect([state().view, state().family, state().selection]).toEqual(['hooks', 'ip', null]);
  await go(3);
  expect([state().view, state().family, state().selection]).toEqual(['cost', 'ip6', { kind: 'chain', chain: 3 }]);
  // Going is no visit.
  expect(entries).toHaveLength(4);
});

test('what is only passed is no place, and going on from the middle forgets what came after', async () => {
  const { state, entries, go, pause } = await setUp();
  state().setView('trace');
  state().setView('chain');
  await pause();
  state().setView('cost');
  await pause();
  expect(entries).toHaveLength(3);
  await go(-1);
  state().setView('trace');
  await pause();
  expect(entries.map((entry) => /view=(\w+)/.exec(entry ?? '')?.[1])).toEqual(['hooks', 'chain', 'trace']);
});

test('walking through the source is one place that moves', async () => {
  const { client, state, entries, pause } = await setUp();
  for (const [id, name] of ['INPUT', 'FORWARD', 'OUTPUT'].entries()) {
    client.address = chain(name);
    state().select({ kind: 'chain', chain: id }, 'source');
    await pause();
  }
  expect(entries.map((entry) => entry?.split('/').at(-1))).toEqual(['&view=hooks&family=ip', 'OUTPUT']);
});

test('filters and packets are no places', async () => {
  const { state, entries, pause } = await setUp();
  state().toggleOwner('calico');
  state().setSearchOpen(true);
  await pause();
  expect(entries).toHaveLength(1);
});

test('another node begins anew', async () => {
  const { client, state, entries, pause } = await setUp();
  state().openWorkspace([{ name: 'b', text: '2' }]);
  await vi.advanceTimersByTimeAsync(0);
  await client.loads[0]?.answer();
  await pause();
  expect(entries).toEqual(['&view=hooks&family=ip']);
});
