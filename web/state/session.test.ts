import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Finding } from '../findings/finding.ts';
import type { HookMapModel } from '../layout/hook-map-model.ts';
import { RequestError } from '../worker/client.ts';
import { chooseFamily, EDIT_PAUSE, startSession } from './session.ts';
import { createNfscopeStore } from './store.ts';
import { fakeClient, fakeOverview } from './testing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const store = createNfscopeStore();
  const client = fakeClient();
  const session = startSession(store, client);
  const state = () => store.getState();
  const active = (): string => state().active ?? '';
  return { store, client, session, state, active };
}

const FORWARD = { family: 'ip', table: 'filter', backend: 'iptables-nft', chain: 'FORWARD' } as const;

describe('reading', () => {
  test('a new document is read at once, an edit after a pause', async () => {
    const { client, state, active } = setUp();
    state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(client.loads.map((load) => load.texts)).toEqual([['one']]);
    expect(state().analysis.status).toBe('working');
    await client.loads[0]?.answer();
    expect(state().analysis.status).toBe('ready');

    state().editDocument(active(), 'two');
    await vi.advanceTimersByTimeAsync(EDIT_PAUSE - 1);
    state().editDocument(active(), 'three');
    await vi.advanceTimersByTimeAsync(EDIT_PAUSE - 1);
    expect(client.loads).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(client.loads.map((load) => load.texts)).toEqual([['three']]);
  });

  test('only one load at a time, and then the newest text', async () => {
    const { client, state, active } = setUp();
    state().addDocuments([{ name: 'a', text: '1' }]);
    await vi.advanceTimersByTimeAsync(0);
    for (const text of ['2', '3']) {
      state().editDocument(active(), text);
      await vi.advanceTimersByTimeAsync(EDIT_PAUSE);
    }
    expect(client.loads.map((load) => load.texts)).toEqual([['1']]);
    await client.loads[0]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(client.loads.map((load) => load.texts)).toEqual([['3']]);
  });

  test('cancel keeps the text and can be read again', async () => {
    const { client, session, state } = setUp();
    state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    session.cancel();
    await vi.advanceTimersByTimeAsync(0);
    expect(state().analysis).toMatchObject({ status: 'cancelled' });
    expect(state().documents[0]?.text).toBe('one');
    session.readAgain();
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    expect(state().analysis.status).toBe('ready');
  });

  test('a failure is said, nothing is lost, and the last picture stays', async () => {
    const { client, state, active } = setUp();
    state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    state().editDocument(active(), 'two');
    await vi.advanceTimersByTimeAsync(EDIT_PAUSE);
    await client.loads[0]?.fail(new RequestError('internal', 'off by one'));
    expect(state().analysis).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('off by one') as string,
    });
    expect(state().documents[0]?.text).toBe('two');
    expect(state().overview).not.toBeNull();
  });

  test('a worker lost between questions is replaced once; soon again is a failure', async () => {
    const { client, state } = setUp();
    state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    client.lose('crashed');
    await vi.advanceTimersByTimeAsync(0);
    expect(client.loads).toHaveLength(1);
    expect(state().notices).toHaveLength(1);
    await client.loads[0]?.answer();
    client.lose('crashed');
    await vi.advanceTimersByTimeAsync(0);
    expect(client.loads).toHaveLength(0);
    expect(state().analysis.status).toBe('failed');
  });

  test('closing the last document forgets picture and selection', async () => {
    const { client, state, active } = setUp();
    state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    state().select({ kind: 'chain', chain: 1 }, 'map');
    state().closeDocument(active());
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toMatchObject({ overview: null, selection: null, analysis: { status: 'idle' } });
    state().notices[0]?.action?.run();
    await vi.advanceTimersByTimeAsync(0);
    expect(client.loads.map((load) => load.texts)).toEqual([['one']]);
  });

  test('closing while it is read gives nothing back', async () => {
    const { client, state, active } = setUp();
    state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    state().closeDocument(active());
    await vi.advanceTimersByTimeAsync(0);
    expect(client.loads).toHaveLength(0);
    expect(state()).toMatchObject({ overview: null, analysis: { status: 'idle' } });
  });
});

describe('findings that come after the overview', () => {
  async function searching() {
    const all = setUp();
    all.state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    await all.client.loads[0]?.answer({ searching: true });
    return all;
  }

  test('complete it', async () => {
    const { client, state } = await searching();
    expect(state()).toMatchObject({ analysis: { status: 'ready' }, overview: { searching: true, findings: [] } });
    const maps = [{ family: 'ip6', hooks: [] }] as const;
    await client.searches[0]?.answer({ findings: [{ id: 'f1' }] as unknown as Finding[], maps });
    expect(state().overview).toMatchObject({ searching: false, findings: [{ id: 'f1' }], maps });
  });

  test('are not asked for where they came with it', async () => {
    const { client, state } = setUp();
    state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    expect(client.searches).toHaveLength(0);
  });

  test('of documents that were read again meanwhile are not shown', async () => {
    const { client, state, active } = await searching();
    state().editDocument(active(), 'two');
    await vi.advanceTimersByTimeAsync(EDIT_PAUSE);
    const [before] = client.searches;
    await client.loads[0]?.answer({ searching: true });
    await before?.answer({ findings: [{ id: 'f1' }] as unknown as Finding[] });
    expect(state().overview).toMatchObject({ searching: true, findings: [] });
  });

  test('a failure to find leaves the map and says so', async () => {
    const { client, state } = await searching();
    await client.searches[0]?.fail(new RequestError('internal', 'off by one'));
    expect(state()).toMatchObject({ analysis: { status: 'ready' }, overview: { searching: false, findings: [] } });
    expect(state().notices.at(-1)?.text).toContain('off by one');
  });
});

describe('selection', () => {
  test('survives an edit by its address', async () => {
    const { client, state, active } = setUp();
    state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    client.address = { ...FORWARD, rule: 3 };
    state().select({ kind: 'rule', chain: 4, rule: 40 }, 'map');
    await vi.advanceTimersByTimeAsync(0);
    expect(state().selectionAddress).toEqual({ ...FORWARD, rule: 3 });

    client.ids = { chain: 5, rule: 52, set: null };
    state().editDocument(active(), 'two');
    await vi.advanceTimersByTimeAsync(EDIT_PAUSE);
    await client.loads[0]?.answer();
    expect(client.asked).toContainEqual({ kind: 'resolve', request: { address: { ...FORWARD, rule: 3 } } });
    expect(state().selection).toEqual({ kind: 'rule', chain: 5, rule: 52 });

    client.ids = { chain: 6, rule: null, set: null };
    state().editDocument(active(), 'three');
    await vi.advanceTimersByTimeAsync(EDIT_PAUSE);
    await client.loads[0]?.answer();
    expect(state().selection).toEqual({ kind: 'chain', chain: 6 });
  });

  test('a finding or owner that is gone is no longer selected', async () => {
    const { client, state, active } = setUp();
    state().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    state().select({ kind: 'finding', finding: 'f1' }, 'findings');
    state().editDocument(active(), 'two');
    await vi.advanceTimersByTimeAsync(EDIT_PAUSE);
    await client.loads[0]?.answer({ findings: [] });
    expect(state().selection).toBeNull();
  });

  test('a finding of a link is selected when it turns up', async () => {
    const { client, session, state } = setUp();
    session.open([{ name: 'a', text: 'one' }], { selection: { kind: 'finding', id: 'f1' } });
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer({ searching: true });
    expect(state().selection).toEqual({ kind: 'finding', finding: 'f1' });
    await client.searches[0]?.answer({ findings: [{ id: 'f1' }] as unknown as Finding[] });
    expect(state()).toMatchObject({ selection: { kind: 'finding', finding: 'f1' }, overview: { searching: false } });
  });

  test('a finding of a link that does not turn up is no longer selected', async () => {
    const { client, session, state } = setUp();
    session.open([{ name: 'a', text: 'one' }], { selection: { kind: 'finding', id: 'f1' } });
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer({ searching: true });
    await client.searches[0]?.answer();
    expect(state().selection).toBeNull();
  });

  test('a link’s view is shown when its documents are read', async () => {
    const { client, session, state } = setUp();
    client.ids = { chain: 7, rule: null, set: null };
    session.open(
      [
        { name: 'a', text: 'one' },
        { name: 'b', text: 'two' },
      ],
      {
        view: 'chain',
        family: 'ip6',
        active: 1,
        dimmed: ['calico-iptables'],
        chain: FORWARD,
        selection: { kind: 'segment', address: FORWARD, segment: 2 },
      },
    );
    expect(session.viewState()).toMatchObject({ view: 'chain', family: 'ip6' });
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer({
      maps: [
        { family: 'ip', hooks: [] },
        { family: 'ip6', hooks: [] },
      ],
    });
    expect(state()).toMatchObject({
      view: 'chain',
      family: 'ip6',
      dimmed: ['calico-iptables'],
      chain: 7,
      selection: { kind: 'segment', chain: 7, segment: 2 },
      selectionSource: 'link',
    });
    expect(state().documents.findIndex((document) => document.id === state().active)).toBe(1);
  });

  test('a link’s node alone is read, and is in the next link', async () => {
    const { client, session, state } = setUp();
    const dumps = ['web-1.save', 'web-2.save', 'web-2.ipset'].map((name) => ({ name, text: name }));
    session.open(dumps, { node: 2 });
    await vi.advanceTimersByTimeAsync(0);
    expect(client.loads[0]?.texts).toEqual(['web-2.save', 'web-2.ipset']);
    await client.loads[0]?.answer();
    expect(session.viewState()).toMatchObject({ node: 1 });
    state().setNode(null);
    expect(session.viewState()).not.toHaveProperty('node');
  });
});

describe('family', () => {
  const map = (family: 'ip' | 'ip6', rules: number): HookMapModel =>
    ({ family, hooks: [{ hook: 'input', ties: [], cards: [{ rules }] }] }) as unknown as HookMapModel;
  const overview = fakeOverview({ maps: [map('ip', 3), map('ip6', 9)] });
  test.each([
    [undefined, 'ip6'],
    ['ip', 'ip'],
    ['bridge', 'ip6'],
  ] as const)('wish %s gives %s', (wish, expected) => {
    expect(chooseFamily(overview, wish)).toBe(expected);
  });
});
