import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateOfLonePacket } from '../../kernel/conntrack.ts';
import { fateKey, fateOf } from '../../kernel/fate.ts';
import { readPacket } from '../../kernel/packet-input.ts';
import { AssumedTables } from '../../kernel/routing.ts';
import { createTracer, type Tracer, tracePacket } from '../../kernel/trace.ts';
import { linkRuleset } from '../../model/link.ts';
import type { Chain, Rule, Ruleset } from '../../model/ruleset.ts';
import { readDocument } from '../../parse/read.ts';
import { PacketSpace } from '../packet-space.ts';
import { randomFrom, randomPacket, randomSave } from '../symbolic/random-node.ts';
import { compareFully } from './order-kinds.ts';
import { compareOrder, type OrderResult } from './order-sensitivity.ts';
import { askedMarkBits } from './order-witness.ts';
import { chainInOrder, hookInOrder, withChain } from './swap-order.ts';

function rulesetOf(text: string, name = 'node.txt'): Ruleset {
  return linkRuleset(readDocument(0, name, text));
}

/** Rules whose comment or target begins with `A` belong to A, and so on: what a table's text shows at a glance. */
function ownerByText(ruleset: Ruleset): (rule: Rule) => string {
  return ({ chain, start, end }) => {
    const text = ruleset.dumps[chain.table.dump]?.text.slice(start, end) ?? '';
    return /owner-([A-Z])/.exec(text)?.[1] ?? '?';
  };
}

function swapped(text: string, chainName: string, locals: readonly number[] = []): OrderResult {
  const ruleset = rulesetOf(text);
  const space = new PacketSpace(ruleset, { locals });
  const chain = ruleset.chains.find(({ name, base }) => name === chainName && base !== null) as Chain;
  const ownerOf = ownerByText(ruleset);
  const other = chainInOrder(chain, 'B', 'A', ownerOf) ?? chainInOrder(chain, 'A', 'B', ownerOf);
  expect(other).not.toBeNull();
  return compareFully(space, withChain(space.order, chain, other as Chain));
}

function filter(...rules: readonly string[]): string {
  const lines = rules.map((rule) => `-A FORWARD ${rule}`);
  return `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${lines.join('\n')}\nCOMMIT\n`;
}

const tag = (owner: string) => `-m comment --comment owner-${owner}`;

function kinds(result: OrderResult): string[] {
  return result.witnesses.map(({ kind, replayed }) => `${kind}${replayed ? '' : '?'}`);
}

describe('the order of two owners', () => {
  it('does not matter where their rules ask for different packets', () => {
    const result = swapped(
      filter(`-p tcp --dport 80 ${tag('A')} -j DROP`, `-p tcp --dport 81 ${tag('B')} -j ACCEPT`),
      'FORWARD',
    );
    expect(result).toEqual({ sensitive: false, witnesses: [], open: [], unknowns: [], undecided: null });
  });

  it('does not matter where both drop: who does it is no difference', () => {
    const result = swapped(
      filter(`-s 10.0.0.0/8 ${tag('A')} -j DROP`, `-p tcp --dport 80 ${tag('B')} -j DROP`),
      'FORWARD',
    );
    expect(result.sensitive).toBe(false);
  });

  it('matters where one accepts what the other drops, with a packet that shows it', () => {
    const result = swapped(
      filter(`-s 10.0.0.0/8 ${tag('A')} -j ACCEPT`, `-p udp --dport 53 ${tag('B')} -j DROP`),
      'FORWARD',
    );
    expect(result.sensitive).toBe(true);
    const [witness] = result.witnesses;
    expect(witness).toMatchObject({ kind: 'verdict', replayed: true, packet: { proto: 'udp', dport: 53 } });
    expect(witness?.packet['src']).toMatch(/^10\./);
    expect(witness?.asIs.map(({ fate }) => fate.kind)).toEqual(['delivered-right']);
    expect(witness?.swapped.map(({ fate }) => fate.kind)).toEqual(['dropped']);
  });

  it('matters between a silent drop and a reject', () => {
    const result = swapped(
      filter(`-s 10.0.0.0/8 ${tag('A')} -j DROP`, `-p tcp --dport 80 ${tag('B')} -j REJECT`),
      'FORWARD',
    );
    expect(kinds(result)).toEqual(['verdict']);
  });

  it('tells differences of the mark apart, and only of bits that somebody asks for', () => {
    const marks = (mask: string) =>
      filter(
        `-p tcp ${tag('A')} -j MARK --set-xmark 0x1/0x3`,
        `-s 10.0.0.0/8 ${tag('B')} -j MARK --set-xmark 0x2/0x3`,
        `-m mark --mark ${mask} -j LOG`,
      );
    expect(kinds(swapped(marks('0x1/0x1'), 'FORWARD'))).toEqual(['mark']);
    expect(swapped(marks('0x10/0x10'), 'FORWARD').sensitive).toBe(false);
  });

  it('tells differences of translations apart', () => {
    const nat = (chain: string, a: string, b: string) =>
      `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]
-A ${chain} -p tcp ${tag('A')} ${a}\n-A ${chain} -p tcp --dport 80 ${tag('B')} ${b}\nCOMMIT\n`;
    const dnat = swapped(
      nat('PREROUTING', '-j DNAT --to-destination 10.1.0.1', '-j DNAT --to-destination 10.1.0.1:8080'),
      'PREROUTING',
    );
    expect(kinds(dnat)).toEqual(['dnat']);
    const snat = swapped(nat('POSTROUTING', '-j MASQUERADE', '-j SNAT --to-source 10.1.0.1'), 'POSTROUTING');
    expect(kinds(snat)).toEqual(['snat']);
    const same = swapped(nat('POSTROUTING', '-j MASQUERADE', '-j MASQUERADE'), 'POSTROUTING');
    expect(same.sensitive).toBe(false);
  });

  it('names what it depends on and nobody knows, with the answer that the witness needs', () => {
    const result = swapped(
      filter(`-m string --algo bm --string "secret" ${tag('A')} -j DROP`, `-p tcp ${tag('B')} -j ACCEPT`),
      'FORWARD',
    );
    expect(result.sensitive).toBe(true);
    expect(result.unknowns).toHaveLength(1);
    expect(result.witnesses[0]?.answers).toEqual([{ unknown: result.unknowns[0], value: true }]);
  });

  it('matters between addresses that are drawn from one range in two ways', () => {
    const nat = (second: string) =>
      `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]
-A POSTROUTING ${tag('A')} -j SNAT --to-source 10.1.0.0-10.1.0.255
-A POSTROUTING -p tcp ${tag('B')} -j SNAT --to-source 10.1.0.0-10.1.0.255${second}\nCOMMIT\n`;
    expect(swapped(nat(''), 'POSTROUTING').sensitive).toBe(false);
    expect(kinds(swapped(nat(' --persistent'), 'POSTROUTING'))).toEqual(['snat']);
  });

  it("matters where a reject answers only before another rule writes an address that is nobody else's", () => {
    const rewritten = (reject: string) => {
      const chain = `chain c { type filter hook input priority 0; policy accept; tcp dport 80 ip daddr set 10.9.9.9 comment "owner-A"; tcp dport 80 ${reject} comment "owner-B"; }`;
      const ruleset = rulesetOf(`table ip t { ${chain} }`, 'node.nft');
      const [base] = ruleset.chains;
      const other = base && chainInOrder(base, 'B', 'A', ownerByText(ruleset));
      if (!base || !other) throw new Error('nothing changes');
      const space = new PacketSpace(ruleset);
      return kinds(compareFully(space, withChain(space.order, base, other)));
    };
    expect(rewritten('reject')).toEqual(['verdict']);
    expect(rewritten('reject with tcp reset')).toEqual([]);
  });

  it('does not matter between two ways of getting lost', () => {
    const text = `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]
-A PREROUTING -s 127.0.0.0/8 ${tag('A')} -j DNAT --to-destination 127.0.0.1
-A PREROUTING -s 127.0.0.0/8 ${tag('B')} -j DNAT --to-destination 10.0.0.9\nCOMMIT\n`;
    expect(swapped(text, 'PREROUTING').sensitive).toBe(false);
  });

  it('says of its witnesses what the kernel needs to take them for what they are', () => {
    const established = swapped(
      filter(
        `-p tcp -m conntrack --ctstate ESTABLISHED --ctdir REPLY -m tcp --tcp-flags RST RST ${tag('A')} -j DROP`,
        `-p tcp ${tag('B')} -j ACCEPT`,
      ),
      'FORWARD',
    );
    const flags = Number(established.witnesses[0]?.packet['tcpFlags']);
    // RST alone or with ACK, whatever else the rule leaves open.
    expect([4, 20]).toContain(flags);
    const invalid = swapped(
      filter(`-p tcp -m conntrack --ctstate INVALID ${tag('A')} -j DROP`, `-p tcp ${tag('B')} -j ACCEPT`),
      'FORWARD',
    );
    const { packet } = readPacket(invalid.witnesses[0]?.packet ?? {});
    expect(packet && stateOfLonePacket(packet, 'prerouting')).toBe('invalid');
    const plain = swapped(
      filter(`-p tcp -m tcp ! --tcp-option 2 ${tag('A')} -j DROP`, `-p tcp ${tag('B')} -j ACCEPT`),
      'FORWARD',
    );
    expect(plain.witnesses[0]).toMatchObject({ replayed: true, packet: { mss: 0 } });
  });

  it('compares base chains of one hook in the other order', () => {
    const table = (name: string, verdict: string) =>
      `table ip ${name} { chain c { type filter hook forward priority 0; policy accept; ${verdict} } }`;
    const compare = (first: string, second: string) => {
      const ruleset = rulesetOf(`${table('a', first)}\n${table('b', second)}`, 'node.nft');
      const space = new PacketSpace(ruleset);
      const hook = space.order.find((one) => one.hook === 'forward');
      if (!hook) throw new Error('there is no forward hook');
      const ownerOf = (chain: Chain) => chain.table.name;
      const order =
        hookInOrder(space.order, hook, 'a', 'b', ownerOf) ?? hookInOrder(space.order, hook, 'b', 'a', ownerOf);
      if (!order) throw new Error('nothing changes');
      return compareFully(space, order);
    };
    // Accept ends one base chain only: a drop in either drops.
    expect(compare('tcp dport 80 accept', 'tcp dport 80 drop').sensitive).toBe(false);
    expect(kinds(compare('tcp dport 80 reject', 'tcp dport 80 drop'))).toEqual(['verdict']);
    expect(kinds(compare('meta mark set 1', 'meta mark 1 drop'))).toEqual(['verdict']);
  });
});

describe('on random nodes', () => {
  it('collections change nothing, however often they come', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const ruleset = rulesetOf(randomSave(randomFrom(seed)));
      const ownerOf = ({ id }: Rule) => ((id * 2654435761) >>> 7) & 1;
      const kindsOf = (isEager: boolean): string[] => {
        const space = new PacketSpace(ruleset);
        if (isEager)
          Object.defineProperty(space.family('ip').diagrams, 'collectionDue', { get: () => true, configurable: true });
        return space.order.flatMap(({ chains }) =>
          chains.flatMap(({ chain }) => {
            const other = chainInOrder(chain, 0, 1, ownerOf) ?? chainInOrder(chain, 1, 0, ownerOf);
            return other ? [kinds(compareOrder(space, withChain(space.order, chain, other))).join(' ')] : [];
          }),
        );
      };
      expect(kindsOf(true)).toEqual(kindsOf(false));
    }
  }, 60_000);

  /** All fates that the tracer says are possible; null where it did not follow all. */
  function fates(tracer: Tracer, json: Readonly<Record<string, unknown>>): string | null {
    const { packet } = readPacket(json);
    if (!packet || packet.src === packet.dst) return null;
    const routing = new AssumedTables(packet, new Set());
    const run = tracePacket(tracer, packet, { routing, maxBranches: 2048 });
    if (run.cut) return null;
    return [...new Set(run.courses.map((course) => fateKey(fateOf(course, packet, routing))))].sort().join('\n');
  }

  it('witnesses replay, and where order is said not to matter no packet has another fate', () => {
    let witnesses = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomFrom(seed);
        const ruleset = rulesetOf(randomSave(random));
        const packets = Array.from({ length: 15 }, () => randomPacket(random));
        const space = new PacketSpace(ruleset);
        const ownerOf = ({ id }: Rule) => ((id * 2654435761) >>> 7) & 1;
        for (const { chain } of space.order.flatMap(({ chains }) => chains)) {
          const other = chainInOrder(chain, 0, 1, ownerOf) ?? chainInOrder(chain, 1, 0, ownerOf);
          if (!other) continue;
          const order = withChain(space.order, chain, other);
          const result = compareFully(space, order);
          if (result.sensitive === true) witnesses += result.witnesses.length;
          if (result.sensitive === true) expect(result.witnesses.some(({ replayed }) => replayed)).toBe(true);
          for (const { kind, asIs, swapped } of result.witnesses) {
            const bits = askedMarkBits(space.family('ip'));
            const marks = (fates: typeof asIs) => fates.map(({ mark }) => (mark ?? 0) & bits).sort();
            if (kind === 'mark') expect(marks(asIs)).not.toEqual(marks(swapped));
          }
          if (result.sensitive !== false) continue;
          const tracer = createTracer(ruleset, order);
          for (const json of packets) {
            const [before, after] = [fates(space.tracer, json), fates(tracer, json)];
            // A destination that the node chose is not known to the tracer either: it asks, and asks in another order.
            if (before === null || after === null || `${before}${after}`.includes('|null ')) continue;
            expect({ chain: chain.name, json, fates: after }).toEqual({ chain: chain.name, json, fates: before });
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(witnesses).toBeGreaterThan(10);
  }, 120_000);
});
