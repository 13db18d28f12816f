import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTracer } from '../../kernel/trace.ts';
import { linkRuleset } from '../../model/link.ts';
import type { Chain, Rule, Ruleset } from '../../model/ruleset.ts';
import { readDocument } from '../../parse/read.ts';
import { PacketSpace } from '../packet-space.ts';
import { randomFrom, randomPacket, randomSave } from '../symbolic/random-node.ts';
import type { DifferenceKind } from './compare-runs.ts';
import { compareFully, findKinds } from './order-kinds.ts';
import { compareOrder, type OrderResult } from './order-sensitivity.ts';
import { fatesOf, kindsOf, type OrderWitness } from './order-witness.ts';
import { chainInOrder, withChain } from './swap-order.ts';

function rulesetOf(text: string): Ruleset {
  return linkRuleset(readDocument(0, 'node.txt', text));
}

/** A nat and a filter table, and two owners in PREROUTING of mangle, whose last marks the others ask for. */
function node(...mangle: readonly string[]): Ruleset {
  return rulesetOf(`*mangle
:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]
${mangle.map((rule) => `-A PREROUTING ${rule}`).join('\n')}
COMMIT
*nat
:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p tcp --dport 81 -m mark --mark 0x1/0xf -j DNAT --to-destination 10.9.0.1
-A PREROUTING -p tcp --dport 81 -m mark --mark 0x2/0xf -j DNAT --to-destination 10.9.0.2
-A POSTROUTING -p tcp --dport 82 -m mark --mark 0x1/0xf -j SNAT --to-source 10.8.0.1
-A POSTROUTING -p tcp --dport 82 -m mark --mark 0x2/0xf -j SNAT --to-source 10.8.0.2
COMMIT
*filter
:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]
-A FORWARD -p tcp --dport 80 -m mark --mark 0x1/0xf -j DROP
COMMIT
`);
}

const set = (owner: string, match: string, mark: string) =>
  `${match} -m comment --comment owner-${owner} -j MARK --set-xmark ${mark}/0xf`;

/** A's rules and B's of a chain, as its rules' comments say, in the other order. */
function turned(ruleset: Ruleset, chainName = 'PREROUTING', tableName = 'mangle') {
  const space = new PacketSpace(ruleset);
  const ownerOf = ({ chain, start, end }: Rule) =>
    /owner-([AB])/.exec(ruleset.dumps[chain.table.dump]?.text.slice(start, end) ?? '')?.[1] ?? '?';
  const chain = ruleset.chains.find(({ name, table }) => name === chainName && table.name === tableName) as Chain;
  const other = chainInOrder(chain, 'B', 'A', ownerOf);
  if (!other) throw new Error('nothing changes');
  return { space, order: withChain(space.order, chain, other) };
}

function kinds({ witnesses }: Pick<OrderResult, 'witnesses'>): string[] {
  return witnesses.map(({ kind, replayed }) => `${kind}${replayed ? '' : '?'}`).sort();
}

describe('an order that makes every kind of difference', () => {
  const all = node(set('A', '-p tcp', '0x1'), set('B', '-p tcp', '0x2'));

  it('is decided with one packet, and then shown with one of each kind', () => {
    const { space, order } = turned(all);
    const decided = compareOrder(space, order);
    expect(decided.sensitive).toBe(true);
    expect([...kinds(decided), ...decided.open].sort()).toEqual(['dnat', 'mark', 'snat', 'verdict']);
    const found = findKinds(space, order, decided.open);
    expect(found.open).toEqual([]);
    expect(kinds(found)).toEqual([...decided.open].sort());
    for (const witness of [...decided.witnesses, ...found.witnesses]) expectReplays(space, witness);
  });

  it('is shown with the kinds that are asked for only', () => {
    const { space, order } = turned(all);
    expect(kinds(findKinds(space, order, ['snat']))).toEqual(['snat']);
    expect(findKinds(space, order, [])).toEqual({ witnesses: [], unknowns: [], open: [], undecided: null });
  });
});

describe('kinds that there are not', () => {
  it('are ruled out', () => {
    const { space, order } = turned(node(set('A', '-p tcp --dport 80', '0x1'), set('B', '-p tcp --dport 80', '0x2')));
    expect(compareFully(space, order)).toMatchObject({ sensitive: true, open: [], undecided: null });
    expect(kinds(compareFully(space, order))).toEqual(['mark', 'verdict']);
    const marked = turned(node(set('A', '-p udp', '0x1'), set('B', '-p udp', '0x2')));
    expect(kinds(compareFully(marked.space, marked.order))).toEqual(['mark']);
  });

  it('of packets that pass in one order only nobody looks for others', () => {
    const ruleset = rulesetOf(`*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]
-A FORWARD -p tcp -m comment --comment owner-A -j DROP\n-A FORWARD -p tcp --dport 80 -m comment --comment owner-B -j ACCEPT\nCOMMIT\n`);
    const { space, order } = turned(ruleset, 'FORWARD', 'filter');
    expect(findKinds(space, order, ['dnat', 'snat', 'mark'])).toMatchObject({ witnesses: [], open: [] });
  });

  it('are told from those that only come with others: every packet with another mark goes to another address, too', () => {
    const ruleset = rulesetOf(`*nat
:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:own - [0:0]
-A PREROUTING -s 192.168.0.0/16 -d 10.7.0.0/16 -p tcp --dport 80 -m comment --comment owner-A -j DNAT --to-destination 10.9.0.1
-A PREROUTING -s 192.168.0.0/16 -d 10.7.0.0/16 -p tcp --dport 80 -m comment --comment owner-B -j own
-A own -j MARK --set-xmark 0x4/0x4\n-A own -j DNAT --to-destination 10.9.0.2\n-A POSTROUTING -m mark --mark 0x4/0x4 -j RETURN\nCOMMIT\n`);
    const { space, order } = turned(ruleset, 'PREROUTING', 'nat');
    const found = compareFully(space, order);
    expect(kinds(found)).toEqual(['dnat', 'mark']);
    for (const witness of found.witnesses) expectReplays(space, witness);
  });
});

describe('destinations', () => {
  it('are other ones also where a rule writes them without NAT, behind all of it', () => {
    const text = `table ip t {
\tchain c {
\t\ttype filter hook forward priority 0; policy accept;
\t\ttcp dport 80 meta mark set 0x1 comment "owner-A"
\t\tmeta mark 0x1 ip daddr set 10.9.9.9 comment "owner-B"
\t}
}
`;
    const { space, order } = turned(rulesetOf(text), 'c', 't');
    const found = findKinds(space, order, ['dnat', 'snat']);
    expect(kinds(found)).toEqual(['dnat']);
    for (const witness of found.witnesses) expectReplays(space, witness);
  });
});

function expectReplays(space: PacketSpace, { family, kind, asIs, swapped, replayed }: OrderWitness): void {
  expect({ kind, replayed, kinds: kindsOf(space.family(family), asIs, swapped) }).toMatchObject({
    replayed: true,
    kinds: expect.arrayContaining([kind]),
  });
}

describe('on random nodes', () => {
  it('no kind that a packet shows is ruled out', () => {
    const met = new Map<DifferenceKind, number>();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomFrom(seed);
        const ruleset = rulesetOf(randomSave(random));
        const packets = Array.from({ length: 40 }, () => randomPacket(random));
        const space = new PacketSpace(ruleset);
        const own = space.family('ip');
        const ownerOf = ({ id }: Rule) => ((id * 2654435761) >>> 7) & 1;
        for (const { chain } of space.order.flatMap(({ chains }) => chains)) {
          const other = chainInOrder(chain, 0, 1, ownerOf) ?? chainInOrder(chain, 1, 0, ownerOf);
          if (!other) continue;
          const order = withChain(space.order, chain, other);
          const { witnesses, open } = compareFully(space, order);
          const known = new Set([...open, ...witnesses.map(({ kind }) => kind)]);
          const tracers = [space.tracer, createTracer(ruleset, order)];
          for (const packet of packets) {
            const [asIs, swapped] = tracers.map((tracer) => fatesOf(tracer, { packet, answers: [] }, own));
            for (const kind of kindsOf(own, asIs ?? [], swapped ?? [])) {
              met.set(kind, (met.get(kind) ?? 0) + 1);
              expect({ chain: chain.name, packet, kind, known: known.has(kind) }).toMatchObject({ known: true });
            }
          }
        }
      }),
      { numRuns: 40 },
    );
    expect([...met.keys()].length).toBeGreaterThan(2);
  }, 120_000);
});
