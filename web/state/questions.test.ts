import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderChange } from '../findings/finding.ts';
import { ProverError } from '../worker/prover-client.ts';
import type { WhatIf } from '../worker/prover-protocol.ts';
import { supposedNow } from './asked.ts';
import { startQuestions } from './questions.ts';
import { createNfscopeStore, type Store } from './store.ts';
import { fakeOverview } from './testing.ts';

const change: OrderChange = { kind: 'without', program: 'calico' };
const answer: WhatIf = { change, words: 'without Calico', state: 'same', witnesses: [], unknowns: [], reason: null };

let store: Store;
let stop: () => void;
let asked: {
  readonly kind: string;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}[];

beforeEach(() => {
  store = createNfscopeStore();
  asked = [];
  const question =
    (kind: string) =>
    <T>(): Promise<T> =>
      new Promise<T>((resolve, reject) => asked.push({ kind, resolve: resolve as (value: never) => void, reject }));
  stop = startQuestions(store, { whatIf: question('what-if'), reach: question('reach'), fates: question('fates') });
  store.getState().setOverview(fakeOverview());
});
afterEach(() => stop());

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};
const now = () => supposedNow(store.getState().supposed);

describe('questions to the prover', () => {
  it('are put once, and answered', async () => {
    store.getState().suppose(change);
    store.getState().setFamily('ip6');
    expect(asked.map(({ kind }) => kind)).toEqual(['what-if']);
    expect(now()?.status).toBe('waiting');
    asked[0]?.resolve(answer as never);
    await settle();
    expect(now()).toMatchObject({ status: 'ready', answer });
  });

  it('tell a stop from a failure, and can be put again', async () => {
    store.getState().suppose(change);
    asked[0]?.reject(new ProverError('ended', 'ended'));
    await settle();
    expect(now()?.status).toBe('stopped');
    store.getState().suppose({ ...change });
    asked[1]?.reject(new ProverError('failed', 'out of memory'));
    await settle();
    expect(now()).toMatchObject({ status: 'failed', message: 'out of memory' });
  });

  it('keep the answer of what was undone meanwhile', async () => {
    store.getState().suppose(change);
    store.getState().stepSupposed(-1);
    asked[0]?.resolve(answer as never);
    await settle();
    store.getState().stepSupposed(1);
    expect(now()?.status).toBe('ready');
    expect(asked).toHaveLength(1);
  });

  it('do not survive another dump, which is said', async () => {
    store.getState().suppose(change);
    store.getState().askReach({ kind: 'chain', chain: 1 });
    store.getState().setOverview(fakeOverview({ revision: 2 }));
    expect(store.getState()).toMatchObject({ reach: null, fates: null, supposed: { history: [] } });
    expect(store.getState().notices.map(({ text }) => text)).toEqual([
      'The what-if was cleared: the dump has changed.',
    ]);
    asked[1]?.resolve({ place: {}, words: '', ways: [], undecided: [] } as never);
    await settle();
    expect(store.getState().reach).toBeNull();
  });

  it('survive findings that are found later', () => {
    store.getState().suppose(change);
    store.getState().completeOverview({ findings: [], maps: [] });
    expect(now()?.question).toBe(change);
  });
});
