import { describe, expect, it } from 'vitest';
import { sampleDocuments, sampleIds } from '../../../samples/summarise.ts';
import { checkForm, hasErrors } from '../../packet/check.ts';
import { analyse } from '../../pipeline.ts';
import { createViewContext, type ViewContext } from '../context.ts';
import { chainIn, contextOf, ruleIn } from '../testing.ts';
import { buildTrace } from './build-trace.ts';
import { packetReaching, packetReachingChain, type ReachAnswer } from './reach-packet.ts';

function sampleContext(id: string): ViewContext {
  const documents = sampleDocuments(id);
  return createViewContext(
    analyse(documents),
    1,
    documents.map((_, at) => `d${at}`),
  );
}

/** Rules that the traced packet matches, by id: those of numbered steps and those that are folded. */
function matched(context: ViewContext, { form, pins }: ReachAnswer): ReadonlySet<number> {
  if (!form) return new Set();
  const [passage] = buildTrace(context, { form, pins, connection: false }).passages;
  const found = (passage?.hooks ?? []).flatMap(({ entries }) =>
    entries.flatMap((entry) => {
      if (entry.kind === 'hit') return [entry.rule, ...entry.way.map(({ rule }) => rule)];
      return entry.kind === 'folded' ? entry.places.flatMap(({ rule }) => rule ?? []) : [];
    }),
  );
  return new Set(found);
}

const input = (body: string) =>
  `table inet t {\nchain in {\ntype filter hook input priority 0; policy drop;\n${body}\n}\n}\n`;

/** The packet found for the last rule. */
function found(body: string): Readonly<Record<string, string>> | null {
  const context = contextOf(input(body));
  const rules = chainIn(context, 'in').rules;
  const answer = packetReaching(context, ruleIn(context, 'in', rules.length));
  return answer.matches ? (answer.form ?? null) : null;
}

describe('packetReaching', () => {
  it.each([
    ['tcp dport 443 accept', { dport: '443' }],
    ['ip saddr 10.9.0.0/16 udp dport 53 accept', { proto: 'udp', src: '10.9.0.1', dport: '53' }],
    ['ip6 saddr fd00::/8 accept', { family: '6' }],
    ['icmp type echo-request accept', { proto: 'icmp' }],
    ['icmpv6 type nd-neighbor-solicit accept', { family: '6', icmpType: '135' }],
    ['iifname "wg0" accept', { iif: 'wg0' }],
    ['iifname "tap*" accept', { iif: 'tap0' }],
    ['ct state established accept', { ctstate: 'established' }],
    ['ct state invalid drop', { ctstate: 'invalid' }],
    ['meta mark & 0x4000 == 0x4000 accept', { mark: '0x4000' }],
    ['tcp flags & (fin | syn | rst | ack) == (syn | ack) accept', { tcpFlags: 'syn,ack' }],
    ['ip ttl 3 accept', { ttl: '3' }],
    ['tcp dport != 1-65000 accept', { dport: '0' }],
    ['ip saddr { 10.1.1.1, 10.1.1.2 } tcp dport { 22, 80 } accept', { src: '10.1.1.1', dport: '22' }],
    ['tcp dport 1-1000 drop\ntcp dport 22-2000 accept', {}],
  ])('%s', (body, fields) => {
    expect(found(body)).toMatchObject(fields);
  });

  it('goes around rules that would take the packet', () => {
    const form = found('tcp dport 22 drop\nct state established drop\ntcp dport 22-23 accept');
    expect(form).toMatchObject({ dport: '23' });
  });

  it('says of a rule that nothing gets to how it was looked for', () => {
    const context = contextOf(input('drop\ntcp dport 80 accept'));
    expect(packetReaching(context, ruleIn(context, 'in', 2))).toMatchObject({
      form: null,
      words: expect.stringMatching(/^No packet was found that reaches this rule: \d+ were tried/),
    });
    const lonely = contextOf('table inet t {\nchain alone { tcp dport 80 accept; }\n}\n');
    expect(packetReaching(lonely, ruleIn(lonely, 'alone')).words).toBe(
      'No base chain leads to this rule: no packet reaches it.',
    );
  });

  it('goes through jumps, verdict maps and translations', () => {
    const context = contextOf(`table inet t {
map ports { type inet_service : verdict; elements = { 22 : jump ssh, 80 : goto web } }
chain ssh { ip saddr 10.0.0.0/8 accept; }
chain web { ct state new accept; }
chain in { type filter hook input priority 0; policy drop; iifname "eth0" tcp dport vmap @ports; }
}
table ip n {
chain pre { type nat hook prerouting priority dstnat; iifname "eth0" tcp dport 8080 dnat to 172.17.0.2:80; }
}
table ip f {
chain fwd { type filter hook forward priority 0; policy drop; ip daddr 172.17.0.2 tcp dport 80 accept; }
}
`);
    for (const [chain, fields] of [
      ['ssh', { dport: '22', iif: 'eth0' }],
      ['web', { dport: '80', iif: 'eth0' }],
      ['fwd', {}],
    ] as const) {
      const rule = ruleIn(context, chain);
      const answer = packetReaching(context, rule);
      expect([chain, answer.matches]).toEqual([chain, true]);
      expect(answer.form).toMatchObject(fields);
      expect(matched(context, answer).has(rule.id)).toBe(true);
    }
  });

  it('pins what nobody knows so that the packet comes there', () => {
    const context = contextOf(input('limit rate 1/second drop\ntcp dport 80 accept'));
    const rule = ruleIn(context, 'in', 1);
    const answer = packetReaching(context, rule);
    expect(answer.matches).toBe(true);
    expect(matched(context, answer).has(rule.id)).toBe(true);
    const other = packetReaching(context, ruleIn(context, 'in', 2));
    expect(matched(context, other).has(ruleIn(context, 'in', 2).id)).toBe(true);
  });

  it.each(sampleIds())('of %s: what it says to match is matched', (id) => {
    const context = sampleContext(id);
    const { rules } = context.analysis.ruleset;
    const step = Math.max(1, Math.floor(rules.length / 12));
    let hits = 0;
    let tried = 0;
    for (let at = 0; at < rules.length; at += step) {
      const rule = rules[at];
      if (!rule) continue;
      tried++;
      const answer = packetReaching(context, rule);
      if (answer.form) expect(hasErrors(checkForm(answer.form))).toBe(false);
      if (!answer.matches) continue;
      hits++;
      expect([id, rule.id, matched(context, answer).has(rule.id)]).toEqual([id, rule.id, true]);
    }
    expect(hits).toBeGreaterThan(tried / 2);
  });
});

describe('packetReachingChain', () => {
  const context = contextOf(input('drop\ntcp dport 80 accept'));
  it('takes the first rule that one is found for', () => {
    expect(packetReachingChain(context, chainIn(context, 'in'), null).place?.rule).toBe(ruleIn(context, 'in').id);
    expect(packetReachingChain(context, chainIn(context, 'in'), 0).matches).toBe(true);
  });

  it('of an empty chain there is none', () => {
    const empty = contextOf(input(''));
    expect(packetReachingChain(empty, chainIn(empty, 'in'), null).form).toBeNull();
  });
});
