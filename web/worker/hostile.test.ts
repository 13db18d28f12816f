/** Dumps that were written to break the page: every question has an answer, and proving ends. */
import { describe, expect, it } from 'vitest';
import { type HostileDump, hostileDumps } from '../dev/hostile-dumps.ts';
import type { Overview } from '../views/answer.ts';
import { createMessageLoop } from './message-loop.ts';
import type { Answers, RequestKind, RequestMessage, Requests, WorkerMessage } from './protocol.ts';
import { createProverLoop } from './prover-loop.ts';
import type { ProverMessage } from './prover-protocol.ts';

/** Large enough for what grows with the square, and for what calls itself once for each. */
const SIZE = 12_000;
const PROVING = { milliseconds: 3000, maxNodes: 4_000_000 };

class Asker {
  readonly failures: string[] = [];
  private readonly answers: WorkerMessage[] = [];
  private readonly waiting: (() => void)[] = [];
  private id = 0;
  private readonly handle = createMessageLoop({
    post: (message) => this.answers.push(message),
    now: () => performance.now(),
    later: (run) => this.waiting.push(run),
  });

  /** null: refused, which only ids that are not there may be. */
  ask<K extends RequestKind>(kind: K, request: Requests[K]): Answers[K] | null {
    const id = ++this.id;
    this.handle({ id, kind, request } as RequestMessage);
    for (let run = this.waiting.shift(); run; run = this.waiting.shift()) run();
    const answer = this.answers.find((message) => message.id === id && message.type !== 'progress');
    if (answer?.type === 'answer') return answer.answer as Answers[K];
    const code = answer?.type === 'error' ? answer.code : 'no answer';
    if (code !== 'no-such-id') this.failures.push(`${kind}: ${code}`);
    return null;
  }
}

function askAll(asker: Asker, { id, text }: HostileDump): Overview | null {
  const overview = asker.ask('load', { documents: [{ id: 'a', name: id, version: 1, text }] });
  asker.ask('findings', {});
  for (const chain of [0, 1, 2, 3]) {
    asker.ask('rows', { chain, from: 0, count: 50 });
    asker.ask('chain', { chain });
    asker.ask('tree', { chain, measure: 'rules' });
    asker.ask('jumpsInto', { chain, limit: 20 });
    asker.ask('filterRules', { chain, filter: { owner: null, verdict: null, text: 'a', packet: '10.0.0.1' } });
    asker.ask('packetFor', { chain, segment: null });
    asker.ask('costText', { chain });
  }
  for (const rule of [0, 1]) asker.ask('rule', { rule });
  asker.ask('set', { set: 0 });
  for (const offset of [0, text.length >> 1, text.length]) asker.ask('spot', { document: 'a', offset });
  asker.ask('outline', { document: 'a' });
  asker.ask('lineOwners', { document: 'a' });
  for (const query of ['', 'a', '10.0.0.1', ':80', '__proto__']) asker.ask('search', { query, limit: 20 });
  for (const to of ['nft', 'iptables-save'] as const) asker.ask('print', { to });
  asker.ask('document', { what: 'findings' });
  asker.ask('document', { what: 'dot', fills: {} });
  const facts = asker.ask('packetFacts', {});
  for (const { packet } of facts?.presets.slice(0, 2) ?? [])
    asker.ask('trace', { form: packet, pins: [], connection: true });
  asker.ask('cost', { family: 'ip', own: null });
  asker.ask('costChains', {});
  asker.ask('costProgramming', {});
  return overview;
}

function prove({ id, text }: HostileDump): ProverMessage[] {
  const told: ProverMessage[] = [];
  const waiting: (() => void)[] = [];
  const handle = createProverLoop({
    post: (message) => told.push(message),
    now: () => performance.now(),
    later: (run) => waiting.push(run),
  });
  handle({ kind: 'prove', documents: [{ name: id, text }], limits: PROVING });
  for (let run = waiting.shift(); run; run = waiting.shift()) run();
  return told;
}

describe('hostile dumps', () => {
  it.each(hostileDumps(SIZE).map((dump) => [dump.id, dump] as const))('%s', (_, dump) => {
    const asker = new Asker();
    expect(askAll(asker, dump)).not.toBeNull();
    expect(asker.failures).toEqual([]);
    const told = prove(dump);
    expect(told.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(told.some((message) => message.kind === 'findings' && message.done)).toBe(true);
    expect('polluted' in {}).toBe(false);
  });
});
