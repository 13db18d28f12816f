import { describe, expect, it } from 'vitest';
import { analyse } from '../pipeline.ts';
import { whoReaches } from './ask.ts';
import { type PacketsQuestion, whatBecomes } from './fates.ts';
import { createProver } from './prove.ts';

const ANYTHING: PacketsQuestion = {
  family: null,
  origin: 'received',
  src: null,
  dst: null,
  addressed: null,
  protocol: null,
  dport: null,
  iif: null,
  oif: null,
  state: 'new',
};

const NODE = `*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -d 192.0.2.10/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5:8443
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 10.8.0.0/24 -i wg0 -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -s 10.0.0.66/32 -j REJECT --reject-with icmp-port-unreachable
-A FORWARD -m string --string "bad" --algo bm -j DROP
COMMIT
`;

function asked(question: Partial<PacketsQuestion>, text = NODE) {
  const { scene, space } = createProver(analyse([{ name: 'node.save', text }]));
  return whatBecomes(space, scene, { ...ANYTHING, ...question });
}

/** `delivered-local by nobody: tcp from 10.8.0.0/24 port 22, in by wg0`. */
function lines(question: Partial<PacketsQuestion>): string[] {
  return asked(question).fates.flatMap(({ kind, deciders, packets: { lines: own, common } }) => {
    const by = deciders.map(({ words }) => words).join(' and ') || 'nobody';
    return own.map((line) => `${kind} by ${by}: ${[common, line].filter((part) => part !== null).join(' | ')}`);
  });
}

describe('who can reach a port of this node', () => {
  it('is told in words, with who refuses the others', () => {
    expect(lines({ protocol: 6, dport: [22, 22], addressed: 'node' })).toEqual([
      'delivered-local by nobody: tcp from 10.8.0.0/24 port 22, in by wg0, ct state new',
      'dropped by the policy of ip filter INPUT: tcp port 22, ct state new | in by an interface that no rule names',
      'dropped by the policy of ip filter INPUT: tcp port 22, ct state new | from anywhere but 10.8.0.0/24',
    ]);
  });
});

describe('what an address can reach', () => {
  it('is told with where destinations are rewritten to', () => {
    const { fates } = asked({ src: '10.244.1.7/32', protocol: 6, dport: [443, 443] });
    expect(fates.map(({ kind, rewritten }) => [kind, rewritten])).toEqual(
      expect.arrayContaining([['delivered-out', ['10.0.0.5 port 8443']]]),
    );
  });

  it('names the rule that refuses it, its writer, and a packet to trace', () => {
    const { fates } = asked({ src: '10.0.0.66/32', addressed: 'others' });
    const rejected = fates.find(({ kind }) => kind === 'rejected');
    expect(rejected?.deciders).toMatchObject([{ words: 'rule 1 of ip filter FORWARD', program: 'an unknown writer' }]);
    expect(rejected?.example?.packet).toMatchObject({ src: '10.0.0.66', path: 'forward' });
  });

  it('says what it hangs on', () => {
    const { fates } = asked({ src: '10.0.0.1/32', addressed: 'others' });
    expect(fates.flatMap(({ packets }) => packets.unknowns)).not.toEqual([]);
  });

  it('knows no packets of a family that the node has no rules of, and none between families', () => {
    expect(asked({ src: '2001:db8::1/128' }).fates).toEqual([]);
    expect(asked({ src: '10.0.0.1/32', dst: '2001:db8::1/128' }).fates).toEqual([]);
  });
});

describe('who reaches a place', () => {
  it('has a packet of those that are matched', () => {
    const { scene, space } = createProver(analyse([{ name: 'node.save', text: NODE }]));
    const rule = scene.ruleset.rules.find(({ chain, index }) => chain.name === 'INPUT' && index === 2);
    const answer = whoReaches(scene, space, { kind: 'rule', rule: rule?.id ?? -1 });
    expect(answer?.ways).toMatchObject([
      {
        origin: 'received',
        matched: {
          lines: ['tcp from 10.8.0.0/24 port 22, in by wg0, ct state new or invalid'],
          complete: true,
        },
        example: { packet: { dport: 22, iif: 'wg0', proto: 'tcp' } },
      },
      { origin: 'sent' },
    ]);
  });

  it('says that nothing does', () => {
    const { scene, space } = createProver(
      analyse([{ name: 'node.save', text: NODE.replace('-A INPUT -m', '-A INPUT -j ACCEPT\n-A INPUT -m') }]),
    );
    const policy = scene.ruleset.chains.find(({ name }) => name === 'INPUT');
    expect(whoReaches(scene, space, { kind: 'policy', chain: policy?.id ?? -1 })?.ways).toEqual([]);
  });
});
