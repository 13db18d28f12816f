import { describe, expect, it } from 'vitest';
import { createMessageLoop } from './message-loop.ts';
import type { Overview, RequestMessage, WorkerMessage } from './protocol.ts';

const DUMP = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n';
const doc = (text?: string, version = 1, id = 'a') => ({
  id,
  name: 'node.save',
  version,
  ...(text === undefined ? {} : { text }),
});

/** `tick`: milliseconds from one look at the clock to the next. */
function loop(tick = 1) {
  const messages: WorkerMessage[] = [];
  const transfers: ArrayBuffer[] = [];
  const waiting: (() => void)[] = [];
  let clock = 0;
  const handle = createMessageLoop({
    post: (message, transfer) => {
      messages.push(message);
      transfers.push(...transfer);
    },
    now: () => {
      clock += tick;
      return clock;
    },
    later: (run) => waiting.push(run),
  });
  /** Lets what waits for its turn run, up to `most` turns, and gives the messages that came of it. */
  const turns = (most = Number.POSITIVE_INFINITY): WorkerMessage[] => {
    const from = messages.length;
    for (let turn = 0; turn < most && waiting.length > 0; turn++) waiting.shift()?.();
    return messages.slice(from);
  };
  let id = 0;
  /** Sends one request and gives the messages that came back. */
  const send = (message: { kind: RequestMessage['kind']; request: unknown }): WorkerMessage[] => {
    const from = messages.length;
    handle({ id: ++id, ...message } as RequestMessage);
    return messages.slice(from);
  };
  return { send, turns, transfers, waits: () => waiting.length };
}

const overviewOf = (messages: WorkerMessage[]) => {
  const last = messages.at(-1);
  if (last?.type !== 'answer' || last.kind !== 'load') throw new Error(JSON.stringify(last));
  return last.answer as Overview;
};

describe('the message loop', () => {
  it('answers a load with its overview, after progress of the same id', () => {
    const { send } = loop();
    const messages = send({ kind: 'load', request: { documents: [doc(DUMP)] } });
    expect(overviewOf(messages)).toMatchObject({ revision: 1, counts: { rules: 1, chains: 1 } });
    expect(messages.slice(0, -1).every((message) => message.type === 'progress' && message.id === 1)).toBe(true);
    const phases = messages.flatMap((message) => (message.type === 'progress' ? [message.phase] : []));
    expect([...new Set(phases)]).toEqual(['reading', 'ordering', 'attributing', 'finding']);
  });

  it('keeps texts of the versions that it has', () => {
    const { send } = loop();
    send({ kind: 'load', request: { documents: [doc(DUMP)] } });
    expect(overviewOf(send({ kind: 'load', request: { documents: [doc()] } }))).toMatchObject({
      revision: 2,
      counts: { rules: 1 },
    });
  });

  it('asks for the text of a version that it does not have, and of a document that was closed', () => {
    const { send } = loop();
    expect(send({ kind: 'load', request: { documents: [doc()] } })).toMatchObject([
      { type: 'error', code: 'needs-text' },
    ]);
    send({ kind: 'load', request: { documents: [doc(DUMP)] } });
    expect(send({ kind: 'load', request: { documents: [doc(undefined, 2)] } })).toMatchObject([{ code: 'needs-text' }]);
    send({ kind: 'load', request: { documents: [doc(DUMP)] } });
    send({ kind: 'load', request: { documents: [doc(DUMP, 1, 'b')] } });
    expect(send({ kind: 'load', request: { documents: [doc()] } })).toMatchObject([{ code: 'needs-text' }]);
  });

  it('refuses questions while nothing is loaded, also after a load that failed', () => {
    const { send } = loop();
    const question = { kind: 'rows', request: { chain: 0, from: 1, count: 10 } } as const;
    expect(send(question)).toMatchObject([{ type: 'error', id: 1, code: 'no-such-id' }]);
    send({ kind: 'load', request: { documents: [doc(DUMP)] } });
    expect(send(question)).toMatchObject([{ type: 'answer', kind: 'rows', answer: [{ index: 1 }] }]);
    send({ kind: 'load', request: { documents: [doc(undefined, 9)] } });
    expect(send(question)).toMatchObject([{ type: 'error', code: 'no-such-id' }]);
  });

  it.each([
    { kind: 'rows', request: { chain: 99, from: 1, count: 1 } },
    { kind: 'chain', request: { chain: -1 } },
    { kind: 'rule', request: { rule: 99 } },
    { kind: 'set', request: { set: 0 } },
    { kind: 'owner', request: { owner: '__proto__' } },
    { kind: 'spot', request: { document: 'zz', offset: 0 } },
  ] as const)('says that there is no such id: $kind', (question) => {
    const { send } = loop();
    send({ kind: 'load', request: { documents: [doc(DUMP)] } });
    expect(send(question)).toMatchObject([{ type: 'error', id: 2, code: 'no-such-id' }]);
  });

  it('hands a column over instead of copying it', () => {
    const { send, transfers } = loop();
    send({ kind: 'load', request: { documents: [doc(DUMP)] } });
    const [message] = send({ kind: 'lineOwners', request: { document: 'a' } });
    expect(message).toMatchObject({ type: 'answer', kind: 'lineOwners' });
    expect(transfers).toHaveLength(1);
    expect((message as { answer: Uint8Array }).answer.buffer).toBe(transfers[0]);
  });
});

const FINDINGS = { kind: 'findings', request: {} } as const;
/** A jump to nowhere, and two writers in one chain. */
const FAULTY = '*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j DOCKER-USER\n-A FORWARD -j missing-chain\nCOMMIT\n';

describe('findings', () => {
  it('come with the overview where reading was quick', () => {
    const { send } = loop();
    const overview = overviewOf(send({ kind: 'load', request: { documents: [doc(FAULTY)] } }));
    expect(overview).toMatchObject({ searching: false });
    expect(overview.findings.length).toBeGreaterThan(0);
    const { findings, maps } = overview;
    expect(send(FINDINGS)).toEqual([expect.objectContaining({ kind: 'findings', answer: { findings, maps } })]);
  });

  it('come later where it was not, and are the same', () => {
    const quick = overviewOf(loop().send({ kind: 'load', request: { documents: [doc(FAULTY)] } }));
    const { send, turns } = loop(1000);
    const messages = send({ kind: 'load', request: { documents: [doc(FAULTY)] } });
    expect(overviewOf(messages)).toMatchObject({ searching: true, findings: [], counts: { rules: 2 } });
    expect(messages.some((message) => message.type === 'progress' && message.phase === 'finding')).toBe(false);

    expect(send(FINDINGS)).toMatchObject([{ type: 'progress', phase: 'finding' }]);
    // In between, other questions are answered.
    expect(send({ kind: 'rows', request: { chain: 0, from: 1, count: 1 } })).toMatchObject([{ type: 'answer' }]);
    const last = turns().at(-1);
    expect(last).toEqual({
      type: 'answer',
      id: 2,
      kind: 'findings',
      answer: { findings: quick.findings, maps: quick.maps },
    });
    const query = quick.findings[0]?.title.split(' ').at(-1) ?? '';
    expect(send({ kind: 'search', request: { query, limit: 50 } })).toMatchObject([
      { answer: { hits: expect.arrayContaining([expect.objectContaining({ kind: 'finding' })]) as unknown } },
    ]);
  });

  it('are given up when the documents are read again', () => {
    const { send, turns } = loop(1000);
    send({ kind: 'load', request: { documents: [doc(FAULTY)] } });
    send(FINDINGS);
    const messages = send({ kind: 'load', request: { documents: [doc(DUMP, 2)] } });
    expect(messages[0]).toMatchObject({ type: 'error', id: 2, code: 'no-such-id' });
    expect(overviewOf(messages)).toMatchObject({ revision: 2 });
    expect(turns()).toEqual([]);
    send(FINDINGS);
    expect(turns().at(-1)).toMatchObject({ type: 'answer', id: 4, kind: 'findings' });
  });

  it('are followed by what the Cost view needs, until something else is read', () => {
    const { send, turns, waits } = loop(1000);
    send({ kind: 'load', request: { documents: [doc(FAULTY)] } });
    send(FINDINGS);
    for (let left = 100; left > 0 && turns(1).at(-1)?.type !== 'answer'; left--);
    expect(waits()).toBe(1);
    // Nothing is said of it, and questions come in between.
    expect(turns(1)).toEqual([]);
    expect(send({ kind: 'cost', request: { family: 'ip', own: null } })).toMatchObject([{ type: 'answer' }]);
    expect(waits()).toBe(1);
    send({ kind: 'load', request: { documents: [doc(DUMP, 2)] } });
    expect(turns()).toEqual([]);
    expect(waits()).toBe(0);
  });

  it('are refused while nothing is loaded', () => {
    expect(loop().send(FINDINGS)).toMatchObject([{ type: 'error', code: 'no-such-id' }]);
  });
});

describe('searches', () => {
  const RULES = Array.from({ length: 9000 }, (_, i) => `-A INPUT -s 10.${i % 200}.0.0/16 -j DROP`);
  const MANY = `*filter\n:INPUT ACCEPT [0:0]\n${RULES.join('\n')}\nCOMMIT\n`;
  const SEARCH = { kind: 'search', request: { query: '10.7.3.4', limit: 5 } } as const;

  it('wait for their index, while other questions are answered', () => {
    const { send, turns } = loop(1000);
    send({ kind: 'load', request: { documents: [doc(MANY)] } });
    expect(send(SEARCH)).toEqual([]);
    expect(send({ kind: 'rows', request: { chain: 0, from: 1, count: 1 } })).toMatchObject([{ kind: 'rows' }]);
    expect(send({ ...SEARCH, request: { query: ':22', limit: 5 } })).toEqual([]);
    const answers = turns();
    expect(answers.map((message) => [message.type, message.id])).toEqual([
      ['answer', 2],
      ['answer', 4],
    ]);
    expect(answers[0]).toMatchObject({ answer: { hits: [{ kind: 'rule' }, {}, {}, {}, {}], more: { rule: 40 } } });
    // The next one need not wait.
    expect(send(SEARCH)).toMatchObject([{ type: 'answer', id: 5 }]);
  });

  it('are given up when the documents are read again', () => {
    const { send, turns } = loop(1000);
    send({ kind: 'load', request: { documents: [doc(MANY)] } });
    send(SEARCH);
    const messages = send({ kind: 'load', request: { documents: [doc(DUMP, 2)] } });
    expect(messages[0]).toMatchObject({ type: 'error', id: 2, code: 'no-such-id' });
    expect(turns()).toEqual([]);
    expect(send({ ...SEARCH, request: { query: ':22', limit: 5 } })).toMatchObject([
      { type: 'answer', answer: { hits: [{ kind: 'rule' }] } },
    ]);
  });
});
