import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPacket } from '../../kernel/packet-input.ts';
import { createTracer } from '../../kernel/trace.ts';
import { linkRuleset } from '../../model/link.ts';
import type { Ruleset } from '../../model/ruleset.ts';
import { readDocument } from '../../parse/read.ts';
import { disagreement } from './agreement.ts';
import { FamilySpace } from './execute.ts';
import { MergedProgram } from './merged-program.ts';
import { randomFrom, randomPacket, randomSave } from './random-node.ts';

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

describe('sets and single packets', () => {
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
