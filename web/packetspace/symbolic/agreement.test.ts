import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPacket } from '../../kernel/packet-input.ts';
import { createTracer } from '../../kernel/trace.ts';
import { linkRuleset } from '../../model/link.ts';
import type { Ruleset } from '../../model/ruleset.ts';
import { readDocument } from '../../parse/read.ts';
import { disagreement } from './agreement.ts';
import { FamilySpace } from './execute.ts';
import type { Family } from './layout.ts';
import { MergedProgram } from './merged-program.ts';
import { packetCube } from './packet-cube.ts';
import { randomFrom, randomPacket, randomSave } from './random-node.ts';
import { MATCHED } from './reach.ts';

function rulesetOf(text: string, name = 'node.txt'): Ruleset {
  return linkRuleset(readDocument(0, name, text));
}

/** What sets and packets disagree on, in words; empty where they agree. */
function compare(ruleset: Ruleset, packets: readonly Readonly<Record<string, unknown>>[]): string[] {
  const space = new FamilySpace(new MergedProgram(ruleset), 'ip', { maxNodes: 2_000_000 });
  const tracer = createTracer(ruleset);
  const runs = { received: space.run('received'), sent: space.run('sent') };
  return packets.flatMap((json) => {
    const { packet } = readPacket(json);
    if (!packet) return [];
    const run = packet.path === 'output' ? runs.sent : runs.received;
    expect(run.undecided).toBeNull();
    const found = disagreement(space, run, tracer, packet);
    return found ? [`${JSON.stringify(json)}: ${JSON.stringify(found)}`] : [];
  });
}

/** As compare, of one family's packets that come in, through chains of nft. */
function compareNft(family: Family, body: string, packets: readonly Readonly<Record<string, unknown>>[]): string[] {
  const ruleset = rulesetOf(`table ${family} t {\n${body}\n}`, 'node.nft');
  const space = new FamilySpace(new MergedProgram(ruleset), family, { maxNodes: 1_000_000 });
  const tracer = createTracer(ruleset);
  return packets.flatMap((json) => {
    const { packet } = readPacket(json);
    if (!packet) throw new Error(JSON.stringify(readPacket(json).problems));
    const run = space.run(packet.path === 'output' ? 'sent' : 'received');
    expect(packetCube(space.sets, packet, space.plan.conntrack[family])).not.toBeNull();
    const found = disagreement(space, run, tracer, packet);
    return found ? [`${JSON.stringify(json)}: ${JSON.stringify(found)}`] : [];
  });
}

const FORWARD = 'type filter hook forward priority 0; policy accept;';
const FORWARDED = {
  family: 4,
  path: 'forward',
  iif: 'eth0',
  oif: 'eth1',
  src: '10.0.0.1',
  dst: '10.0.1.1',
  proto: 'udp',
};

describe('sets and single packets', () => {
  it('agree that bits that are masked out are never there', () => {
    const body = `chain c { ${FORWARD}
      meta mark set meta mark or 0xff
      meta mark & 0xff00 == 0x5 drop }`;
    expect(compareNft('ip', body, [FORWARDED])).toEqual([]);
  });

  it('agree that templates have nothing but their state and status', () => {
    const save = `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]
-A PREROUTING -j CT --zone 5
-A PREROUTING -m conntrack --ctdir REPLY -j DROP
-A PREROUTING -m connmark --mark 0x10/0xf0 -j DROP
-A PREROUTING -m conntrack --ctorigdst 10.0.1.1 -j DROP
-A PREROUTING -m conntrack ! --ctstate NEW -j DROP\nCOMMIT\n`;
    const packets = [{ ctDirection: 'original' }, { ctDirection: 'reply' }].map((direction) => ({
      ...FORWARDED,
      ...direction,
      ctstate: 'established',
      ctMark: 0x10,
    }));
    expect(compare(rulesetOf(save), packets)).toEqual([]);
  });

  it('agree on what is not forwarded, and on who has no address', () => {
    const body = `chain pre { type nat hook prerouting priority -100; policy accept; ip daddr != 10.0.1.1 dnat to 10.9.9.9 }
      chain in { type filter hook input priority 0; policy accept; fib saddr . iif oif missing drop }
      chain fwd { ${FORWARD} fib saddr . iif oifname "eth0" reject }`;
    const packets = [
      { dst: '255.255.255.255' },
      { dst: '224.0.0.1' },
      { dst: '10.0.2.2' },
      { dst: '0.0.0.0' },
      { src: '0.0.0.0', dst: '10.0.1.1' },
    ].map((each) => ({ ...FORWARDED, ...each }));
    expect(compareNft('ip', body, packets)).toEqual([]);
    const input = `chain in { type filter hook input priority 0; policy accept; fib saddr . iif oif missing drop }`;
    const asking = ['255.255.255.255', '224.0.0.9'].map((dst) => ({
      ...FORWARDED,
      path: 'input',
      src: '0.0.0.0',
      dst,
    }));
    expect(compareNft('ip', input, asking)).toEqual([]);
  });

  it('agree on what the node sends to itself and is translated', () => {
    const body = `chain out { type nat hook output priority -100; policy accept; dnat to 10.9.9.9 }
      chain post { type filter hook postrouting priority 0; policy accept; oifname "lo" drop }
      chain in { type filter hook input priority 0; policy accept; drop }`;
    const sent = { family: 4, path: 'output', oif: 'lo', src: '10.0.0.1', dst: '127.0.0.1', proto: 'udp' };
    expect(compareNft('ip', body, [sent, { ...sent, oif: 'eth0', dst: '10.0.1.1' }])).toEqual([]);
  });

  it('agree that a packet to one address of a range may be sent to another one of it', () => {
    const body = `chain pre { type nat hook prerouting priority -100; policy accept; dnat to 10.7.7.1-10.7.7.9 }
      chain c { ${FORWARD} ct status dnat drop }`;
    const packets = Array.from({ length: 9 }, (_, i) => ({ ...FORWARDED, src: '10.0.0.1', dst: `10.7.7.${i + 1}` }));
    // Which one is a hash: sets have all of them, so they may have more, and never less.
    expect(compareNft('ip', body, packets).filter((each) => !each.includes('"missing":[]'))).toEqual([]);
  });

  it('agree that packets are lost whose source a rule writes to be where they go', () => {
    const body = `chain pre { type filter hook prerouting priority -150; policy accept; ip saddr set 10.9.9.9 }
      chain in { type filter hook input priority 0; policy accept; drop }`;
    const come = { ...FORWARDED, path: 'input', src: '10.0.0.1' };
    expect(
      compareNft('ip', body, [
        { ...come, dst: '10.9.9.9' },
        { ...come, dst: '10.9.9.8' },
      ]),
    ).toEqual([]);
  });

  it('agree that what a rule writes to the header is no part of the connection', () => {
    const body = `chain out { type filter hook output priority 0; policy accept; ip daddr set 10.9.9.9 }
      chain post { type filter hook postrouting priority 0; policy accept; ct reply ip saddr 10.0.1.1 drop }`;
    const sent = { family: 4, path: 'output', oif: 'eth0', src: '10.0.0.1', dst: '10.0.1.1', proto: 'udp' };
    // Sets do not know which of both addresses it was: they have more, and never less.
    expect(compareNft('ip', body, [sent]).filter((each) => !each.includes('"missing":[]'))).toEqual([]);
  });

  it('agree that NAT of a port writes the address of the connection back', () => {
    const body = `chain raw { type filter hook prerouting priority -150; policy accept; ip daddr 10.0.1.1 ip daddr set 10.9.9.9 }
      chain pre { type nat hook prerouting priority -100; policy accept; meta l4proto tcp dnat to :8080 }
      chain c { ${FORWARD} ip daddr 10.9.9.9 tcp dport 8080 drop
        ip daddr 10.9.9.9 reject
        ip daddr 10.0.1.1 tcp dport 8080 accept }`;
    const packets = [80, 8080].flatMap((dport) =>
      ['tcp', 'udp'].map((proto) => ({ ...FORWARDED, src: '10.0.0.1', dst: '10.0.1.1', proto, dport })),
    );
    expect(compareNft('ip', body, packets)).toEqual([]);
  });

  it('agree that a packet is longer by its link header at egress', () => {
    const text = `table ip t { chain c { ${FORWARD} meta length 60 counter } }
      table netdev n { chain e { type filter hook egress device "eth1" priority 0; policy accept; meta length 50-60 drop } }`;
    const packets = [35, 36, 46, 47, 60].map((length) => ({ ...FORWARDED, oif: 'eth1', proto: 'udp', length }));
    expect(compare(rulesetOf(text), packets)).toEqual([]);
  });

  it('agree that nobody is masqueraded with a loopback address', () => {
    const body = `chain post { type nat hook postrouting priority 100; policy accept; masquerade }
      chain in { type filter hook input priority 0; policy accept; ip saddr 127.0.0.0/8 reject; drop }`;
    const sent = { family: 4, path: 'output', oif: 'lo', src: '127.168.1.10', dst: '127.0.0.20', proto: 'tcp' };
    expect(compareNft('ip', body, [sent])).toEqual([]);
  });

  it('agree on IPv6: what an interface never brings in is none of theirs', () => {
    const body = `chain c { ${FORWARD} ip6 length 40-1000 drop }`;
    const packet = { ...FORWARDED, family: 6, src: '2001:db8::1', dst: '2001:db8:1::1', payloadLen: 50 };
    expect(compareNft('ip6', body, [packet, { ...packet, payloadLen: 8 }])).toEqual([]);
    const space = new FamilySpace(new MergedProgram(rulesetOf(`table ip6 t { ${body} }`, 'node.nft')), 'ip6', {});
    const { packet: looped } = readPacket({ ...packet, src: '::1' });
    expect(looped && packetCube(space.sets, looped, true)).toBeNull();
  });

  it('know no packets of connections that conntrack would not put them to', () => {
    const body = `chain c { ${FORWARD} ct state established tcp flags & (fin|syn|rst|ack) == fin drop
      ct state established ct direction reply tcp flags & (syn|ack) == syn drop
      ct state established tcp flags & (syn|ack) == syn|ack counter }`;
    const ruleset = rulesetOf(`table ip t { ${body} }`, 'node.nft');
    const space = new FamilySpace(new MergedProgram(ruleset), 'ip', {});
    space.run('received');
    const matched = ruleset.rules.map(({ id }) => ((space.domain.reach.flags[id] ?? 0) & MATCHED) !== 0);
    expect(matched).toEqual([false, false, true]);
  });

  it('agree on random nodes', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomFrom(seed);
        const text = randomSave(random);
        const packets = Array.from({ length: 12 }, () => randomPacket(random));
        expect({ text, found: compare(rulesetOf(text), packets) }).toEqual({ text, found: [] });
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('agree on verdict maps, sets and concatenations', () => {
    const ruleset = rulesetOf(
      `table ip t {
        set blocked { type ipv4_addr; flags interval; elements = { 10.0.0.0/24, 10.96.0.5-10.96.0.20 } }
        map services { type ipv4_addr . inet_proto . inet_service : verdict
          elements = { 10.96.0.10 . tcp . 80 : goto web, 10.96.0.10 . udp . 53 : drop } }
        chain pre { type nat hook prerouting priority dstnat; policy accept;
          ip daddr . meta l4proto . th dport vmap @services }
        chain web { numgen random mod 2 vmap { 0 : jump one, 1 : jump two } }
        chain one { meta l4proto tcp dnat to 10.244.1.7:8080 }
        chain two { meta mark set meta mark | 0x10 meta l4proto tcp dnat to 10.0.0.9:8080 }
        chain fwd { type filter hook forward priority filter; policy accept;
          ip saddr @blocked drop
          ct state vmap { established : accept, invalid : drop }
          iifname . oifname { "eth0" . "eth1", "cali*" . "eth0" } counter reject
          meta mark & 0x10 != 0 tcp dport 8080 drop }
      }`,
      'node.nft',
    );
    const random = randomFrom(7);
    expect(
      compare(
        ruleset,
        Array.from({ length: 400 }, () => randomPacket(random)),
      ),
    ).toEqual([]);
  });
});
