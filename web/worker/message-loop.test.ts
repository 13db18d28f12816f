import { describe, expect, it } from 'vitest';
import { createMessageLoop } from './message-loop.ts';
import type { RequestMessage, WorkerMessage } from './protocol.ts';

const DUMP = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n';
const doc = (text?: string, version = 1, id = 'a') => ({
  id,
  name: 'node.save',
  version,
  ...(text === undefined ? {} : { text }),
});

function loop() {
  const messages: WorkerMessage[] = [];
  const transfers: ArrayBuffer[] = [];
  let clock = 0;
  const handle = createMessageLoop(
    (message, transfer) => {
      messages.push(message);
      transfers.push(...transfer);
    },
    () => clock++,
  );
  let id = 0;
  /** Sends one request and gives the messages that came back. */
  const send = (message: { kind: RequestMessage['kind']; request: unknown }): WorkerMessage[] => {
    const from = messages.length;
    handle({ id: ++id, ...message } as RequestMessage);
    return messages.slice(from);
  };
  return { send, transfers };
}

const overviewOf = (messages: WorkerMessage[]) => {
  const last = messages.at(-1);
  if (last?.type !== 'answer' || last.kind !== 'load') throw new Error(JSON.stringify(last));
  return last.answer as { revision: number; counts: { rules: number } };
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
