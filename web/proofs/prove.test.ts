import { describe, expect, it } from 'vitest';
import type { Finding } from '../findings/finding.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { AssumedTables } from '../kernel/routing.ts';
import { createTracer, tracePacket } from '../kernel/trace.ts';
import { analyse } from '../pipeline.ts';
import { applyChange, changeWords } from './change.ts';
import { contentionPoints } from './points.ts';
import { createProver, prove } from './prove.ts';
import { CALI, filterTable, KUBE, provedOf } from './testing.ts';

const SENSITIVE = filterTable(
  CALI,
  KUBE,
  '-A KUBE-FORWARD -p tcp -m tcp --dport 80 -j ACCEPT',
  '-A cali-FORWARD -i cali+ -j DROP',
);
const BENIGN = filterTable(
  CALI,
  KUBE,
  '-A KUBE-FORWARD -p tcp -m tcp --dport 80 -j DROP',
  '-A cali-FORWARD -i cali+ -j DROP',
);

function about(findings: readonly Finding[], mechanism: Finding['mechanism']): Finding[] {
  return findings.filter((each) => each.mechanism === mechanism);
}

describe('two programs in one chain', () => {
  it('whose order matters, are shown with a packet', () => {
    const [found, ...more] = about(provedOf(SENSITIVE).findings, 'same-chain-order');
    expect(more).toEqual([]);
    expect(found).toMatchObject({ orderSensitive: true, severity: 'warning', sign: 'order-sensitive' });
    const [witness] = found?.proof?.witnesses ?? [];
    expect(witness).toMatchObject({
      kind: 'verdict',
      change: { kind: 'in-chain', first: 'kube-proxy', second: 'calico' },
    });
    expect(witness?.packet).toMatchObject({ proto: 'tcp', dport: 80 });
    expect(witness?.sentence).toMatch(
      /^A TCP packet from \S+ to \S+:80 that comes in by cali\S* and leaves by \S+ is dropped by Calico \(rule 1 of ip filter cali-FORWARD\); with kube-proxy's rules before Calico's in ip filter FORWARD it would be sent on by \S+\.$/,
    );
  });

  it('whose order does not matter, are proved benign, once for all chains', () => {
    const [found, ...more] = about(provedOf(BENIGN).findings, 'same-chain-order');
    expect(more).toEqual([]);
    expect(found).toMatchObject({ orderSensitive: false, severity: 'info', sign: 'benign' });
    expect(found?.proof).toMatchObject({ state: 'benign', witnesses: [] });
    expect(found?.marks.length).toBeGreaterThan(0);
  });

  it('name what nobody knows, up to which it holds', () => {
    const text = filterTable(
      CALI,
      KUBE,
      '-A KUBE-FORWARD -m recent --rcheck --name seen -j ACCEPT',
      '-A cali-FORWARD -i cali+ -j DROP',
    );
    const [found] = about(provedOf(text).findings, 'same-chain-order');
    expect(found).toMatchObject({ orderSensitive: true });
    expect(found?.unknowns.join(' ')).toMatch(/recent/);
    expect(found?.proof?.witnesses[0]?.pins).toEqual([expect.objectContaining({ value: true })]);
  });

  it('are not decided where no time is left, and say so', () => {
    const analysis = analyse([{ name: 'a', text: SENSITIVE }]);
    let clock = 0;
    const options = { now: () => (clock += 1000), milliseconds: 10 };
    const steps = prove(createProver(analysis, options), options);
    let last = steps.next();
    while (!last.done) last = steps.next();
    expect(last.value.points.map(({ state }) => state)).toEqual(['undecided']);
    expect(last.value.points[0]?.reason).toBeTruthy();
    expect(last.value.undecided.length).toBeGreaterThan(0);
  });

  it('witnesses have another fate in the tracer, in the order that they name', () => {
    const { analysis, prover, findings } = provedOf(SENSITIVE);
    for (const { packet: json, change, pins } of findings.flatMap((each) => each.proof?.witnesses ?? [])) {
      const { packet } = readPacket(json);
      const order = change && applyChange(prover.scene, change);
      if (!packet || !order) throw new Error('a witness cannot be replayed');
      const ends = [analysis.order, order].map((each) => {
        const options = {
          routing: new AssumedTables(packet, new Set()),
          pins: new Map(pins.map(({ unknown, value }) => [unknown, value])),
        };
        return tracePacket(createTracer(analysis.ruleset, each), packet, options).courses[0]?.end.kind;
      });
      expect(ends).toEqual(['dropped', 'delivered']);
    }
  });
});

describe('two programs on one hook', () => {
  const table = (name: string, priority: number, rule: string) =>
    `table inet ${name} {\n\tchain forward {\n\t\ttype filter hook forward priority ${priority}; policy accept;\n\t\t${rule}\n\t}\n}\n`;

  it('that drop and reject the same packets: who is first decides how they end', () => {
    const { findings } = provedOf(
      table('firewalld', 10, 'tcp dport 80 reject') + table('mine', 0, 'tcp dport 80 drop'),
    );
    const found = findings.find(({ orderSensitive }) => orderSensitive === true);
    expect(found?.proof?.witnesses[0]).toMatchObject({
      kind: 'verdict',
      change: { kind: 'on-hook', hook: 'l3 forward' },
    });
  });

  it('that only accept and drop, do not', () => {
    const { proofs } = provedOf(table('firewalld', 10, 'tcp dport 80 drop') + table('mine', 0, 'tcp dport 80 accept'));
    expect(proofs.points.map(({ state, point }) => [point.kind, state])).toEqual([['hook', 'benign']]);
  });

  it('where one accepts what the other refuses later, are shown with the packet that is refused', () => {
    const own = table('mine', 0, 'iifname "cali*" accept');
    const { proofs, findings } = provedOf(own + table('firewalld', 10, 'reject with icmpx admin-prohibited'));
    const [shown] = proofs.overruled;
    expect(shown).toMatchObject({ accepter: 'unknown', refuser: 'firewalld' });
    expect(shown?.witness.sentence).toMatch(
      / is accepted by an unknown writer \(rule 1 of inet mine forward\), and then rejected by firewalld /,
    );
    const told = about(findings, 'later-base-chain-overrides-accept')[0];
    expect(told).toMatchObject({ sign: 'overruled', proof: { state: 'shown' } });
    expect(told?.marks.length).toBeGreaterThan(0);
  });
});

describe('rules that decide nothing', () => {
  it('are told with the rules that took their packets', () => {
    const text = filterTable(
      '-A FORWARD -s 10.0.0.0/8 -p tcp -m tcp --dport 80 -j ACCEPT',
      '-A FORWARD -s 10.0.0.0/8 -p udp -j ACCEPT',
      '-A FORWARD -s 10.1.0.0/16 -p tcp -m tcp --dport 80 -j DROP',
    );
    const [found] = about(provedOf(text).findings, 'dead-rule');
    expect(found?.title).toBe('No packet matches rule 3 of ip filter FORWARD: an earlier rule takes them first');
    expect(found?.where.map(({ note }) => note)).toEqual([
      'rule 3: matches no packet that comes here',
      'takes its packets first',
    ]);
  });

  it('are told of where their conditions exclude each other', () => {
    const text =
      'table ip t {\n\tchain c {\n\t\ttype filter hook input priority 0;\n\t\ttcp dport 80 tcp dport 81 drop\n\t}\n}\n';
    expect(about(provedOf(text).findings, 'dead-rule').map(({ title }) => title)).toEqual([
      'No packet can match rule 1 of ip t c: its conditions exclude each other',
    ]);
  });

  it('elements of verdict maps that no packet finds', () => {
    const text =
      'table ip t {\n\tchain c {\n\t\ttype filter hook input priority 0;\n\t\ttcp dport 80 drop\n\t\ttcp dport vmap { 22 : accept, 80 : accept }\n\t}\n}\n';
    expect(about(provedOf(text).findings, 'dead-rule').map(({ title }) => title)).toEqual([
      '1 element of the verdict map in rule 2 of ip t c is found by no packet',
    ]);
  });
});

describe('changes', () => {
  const scene = createProver(analyse([{ name: 'a', text: SENSITIVE }])).scene;
  const [chain] = scene.baseChains.filter(({ name }) => name === 'FORWARD');
  const id = chain?.id ?? -1;
  const targets = (change: Parameters<typeof applyChange>[1]) =>
    applyChange(scene, change)
      ?.flatMap(({ chains }) => chains)
      .find((each) => each.chain.id === id)
      ?.chain.rules.map(({ index }) => index);

  it('put a program at the top or the bottom, move a segment, leave a program out', () => {
    expect(targets({ kind: 'place', chain: null, program: 'kube-proxy', at: 'top' })).toEqual([2, 1]);
    expect(targets({ kind: 'place', chain: id, program: 'calico', at: 'bottom' })).toEqual([2, 1]);
    expect(targets({ kind: 'move', chain: id, segment: 0, to: 2 })).toEqual([2, 1]);
    expect(targets({ kind: 'move', chain: id, segment: 1, to: 0 })).toEqual([2, 1]);
    expect(targets({ kind: 'without', program: 'calico' })).toEqual([2]);
  });

  it('that change nothing, or what is not there, are none', () => {
    expect(applyChange(scene, { kind: 'place', chain: null, program: 'calico', at: 'top' })).toBeNull();
    expect(applyChange(scene, { kind: 'move', chain: id, segment: 0, to: 0 })).toBeNull();
    expect(applyChange(scene, { kind: 'move', chain: id, segment: 7, to: 0 })).toBeNull();
    expect(applyChange(scene, { kind: 'without', program: 'docker' })).toBeNull();
    expect(applyChange(scene, { kind: 'on-hook', hook: 'l3 nowhere', first: 'a', second: 'b' })).toBeNull();
  });

  it('are told in words', () => {
    expect(changeWords(scene, { kind: 'move', chain: id, segment: 1, to: 0 })).toBe(
      'with rule 2 moved above rule 1 in ip filter FORWARD',
    );
    expect(changeWords(scene, { kind: 'without', program: 'calico' })).toBe('without Calico');
  });

  it('of pairs that alternate are two: each before the other', () => {
    const text = filterTable(CALI, KUBE, CALI, '-A cali-FORWARD -j RETURN', '-A KUBE-FORWARD -j RETURN');
    const { points } = contentionPoints(createProver(analyse([{ name: 'a', text }])).scene);
    expect(points.map(({ changes }) => changes.length)).toEqual([2]);
  });
});
