/**
 * Traces of real packets: a router between two networks (Linux 6.18, nft 1.0.6, iptables 1.8.9), told by `nft -a monitor trace` and by
 * `xtables-monitor --trace`, and the rulesets that were loaded. Where the dump is the kernel's, prediction and kernel must agree in every step.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contextOf, ruleIn } from '../testing.ts';
import { buildComparison } from './build-comparison.ts';
import type { ComparisonAnswer } from './recorded-answer.ts';
import { buildRecorded } from './traces.ts';

const read = (name: string) => readFileSync(new URL(`./cases/${name}`, import.meta.url), 'utf8');
const router = read('router.nft');
const routerTrace = read('router.trace');
const published = read('published.save');
const publishedTrace = read('published.trace');
/** UDP that a node sends to itself, directly and by a Service: xtables-monitor tells no protocol. */
const loopback = read('loopback.save');
const loopbackTrace = read('loopback.trace');

function compared(dump: string, trace: string): (ComparisonAnswer & { readonly line: string })[] {
  const context = contextOf(dump);
  return buildRecorded(context, trace).packets.flatMap(({ line }, at) => {
    const answer = buildComparison(context, trace, at);
    return answer ? [{ ...answer, line }] : [];
  });
}

function packet(dump: string, trace: string, line: string): ComparisonAnswer {
  const found = compared(dump, trace).find((one) => one.line.startsWith(line));
  if (!found) throw new Error(`no packet ${line}`);
  return found;
}

const steps = ({ passage }: ComparisonAnswer) =>
  passage.hooks.flatMap(({ hook, entries }) =>
    entries.flatMap((entry) =>
      entry.kind === 'hit' || entry.kind === 'policy'
        ? [
            [
              hook,
              entry.title,
              entry.verdict,
              ...(entry.kind === 'hit' ? entry.changes.map(({ field, after }) => `${field} ${after}`) : []),
              ...(entry.differs ? ['differs'] : []),
            ].join(', '),
          ]
        : [],
    ),
  );

describe('the packets of a trace', () => {
  it('are told apart also where the kernel uses a number again', () => {
    const { packets, problems } = buildRecorded(contextOf(router), routerTrace);
    expect(problems).toEqual([]);
    expect(packets.filter(({ id }) => id === '4b6e56ef').map(({ line, steps: count }) => `${line}: ${count}`)).toEqual([
      'TCP 198.51.100.7:40001 → 203.0.113.1:80 SYN in wan0: 6',
      'TCP 198.51.100.7:40001 → 203.0.113.1:80 FIN,ACK in wan0: 3',
    ]);
  });

  it('may stand in a document beside the dump', () => {
    const { packets, problems } = buildRecorded(contextOf(router, routerTrace), '');
    expect(problems).toEqual([]);
    expect(packets[0]).toMatchObject({
      document: 'dump-1',
      line: 'TCP 198.51.100.7:40001 → 203.0.113.1:80 SYN in wan0',
    });
  });

  it('are none in other texts, and that is said', () => {
    expect(buildRecorded(contextOf(router), '  \n')).toEqual({ packets: [], problems: [] });
    const { packets, problems } = buildRecorded(contextOf(router), 'no trace\n');
    expect(packets).toEqual([]);
    expect(problems[0]).toContain('nft monitor trace');
    expect(buildComparison(contextOf(router), '', 0)).toBeNull();
  });
});

describe('prediction and kernel', () => {
  it.each([
    ['nft monitor trace', router, routerTrace, 14],
    ['xtables-monitor', published, publishedTrace, 14],
    ['xtables-monitor without a protocol', loopback, loopbackTrace, 4],
  ])('agree in every step of %s', (_name, dump, trace, count) => {
    const answers = compared(dump, trace);
    expect(answers).toHaveLength(count);
    for (const answer of answers) {
      expect([answer.line, ...answer.differences.map(({ text }) => text)]).toEqual([answer.line]);
      expect(answer.agreed).toBe(answer.told);
      expect(answer.told).toBeGreaterThan(0);
      const { title } = answer.passage.fate;
      expect([answer.predicted?.title, 'Sent to this node itself']).toContain(title);
    }
  });

  it('try the protocols that a packet may have where none is told', () => {
    const line = 'UDP 127.0.0.1:40002 → 127.0.0.1:5353 in lo';
    const accepted = loopbackTrace.replace(/88707e06 filter:INPUT:rule:.*/, '88707e06 filter:INPUT:policy:ACCEPT ');
    const answer = packet(loopback, accepted, line);
    expect(answer.differences).toEqual([]);
    expect(answer.notes.join(' ')).toContain('protocol sctp');
    const untold = loopback.replace('-p udp -j DROP', '-p tcp -j DROP');
    expect(packet(untold, accepted, line).notes.join(' ')).toContain('protocol udp');
  });

  it('say what became of the packets', () => {
    const fates = compared(router, routerTrace).map(({ line, passage }) => `${line}: ${passage.fate.title}`);
    expect(fates).toContain('TCP 198.51.100.7:40001 → 203.0.113.1:80 SYN in wan0: Forwarded out lan0');
    expect(fates).toContain('TCP 198.51.100.7:40002 → 203.0.113.1:81 SYN in wan0: Dropped by forward’s policy');
    expect(fates).toContain('TCP 198.51.100.7:40003 → 203.0.113.1:113 SYN in wan0: Rejected by a rule of from_wan');
    expect(fates).toContain('TCP 198.51.100.200:40004 → 203.0.113.1:443 SYN in wan0: Dropped by a rule of from_wan');
    expect(fates).toContain('TCP 203.0.113.1:113 → 198.51.100.7:40003 RST,ACK: Sent out wan0');
  });

  it('end where the packet comes in again: there the kernel numbers it anew', () => {
    const fates = compared(loopback, loopbackTrace).map(({ line, passage }) => [line, passage.fate.title]);
    expect(fates).toEqual([
      ['UDP 192.0.2.10:40001 → 10.96.0.10:5353', 'Sent to this node itself'],
      ['UDP 192.0.2.10:40001 → 192.0.2.10:9999 in lo', 'Delivered on this node'],
      ['UDP 127.0.0.1:40002 → 127.0.0.1:5353', 'Sent to this node itself'],
      ['UDP 127.0.0.1:40002 → 127.0.0.1:5353 in lo', 'Dropped by a rule of INPUT'],
    ]);
  });

  it('tell the steps with what they changed', () => {
    expect(steps(packet(router, routerTrace, 'TCP 198.51.100.7:40001'))).toEqual([
      'prerouting, arrives on wan0, continue, mark 0x10',
      'prerouting, arrives on wan0, tcp dport 80, dnat, dst 192.168.7.2:8080',
      'forward, dst 192.168.7.2, tcp dport 8080, accept',
    ]);
    expect(steps(packet(published, publishedTrace, 'TCP 198.51.100.7:40001'))).toEqual([
      'prerouting, set mark bit 0x10, continue, mark 0x10',
      'prerouting, dst type local, jump',
      'prerouting, in is not lan0, tcp dport 80, dnat, dst 192.168.7.2:8080',
      'forward, dst 192.168.7.2, tcp dport 8080, accept',
    ]);
  });

  it('say what was guessed of the packet', () => {
    const notes = compared(loopback, loopbackTrace).map((one) => one.notes.join(' '));
    expect(notes[0]).toContain('the packet sent by this node, ct new:');
    expect(notes[3]).toContain('the packet addressed to this node, ct new:');
  });

  it('leave out tables that the dump does not have', () => {
    expect(packet(router, routerTrace, 'TCP 198.51.100.7:40001').notes[0]).toBe(
      'The dump does not have inet tracing: steps there are left out.',
    );
  });
});

describe('a dump that is not what the kernel had', () => {
  it('another element: the rule that only the kernel matched', () => {
    const changed = router.replace('198.51.100.128/25', '198.51.100.128/26');
    const answer = packet(changed, routerTrace, 'TCP 198.51.100.200:40004');
    expect(answer.differences.map(({ text }) => text)).toEqual([
      'The kernel matched rule 1 of from_wan (drop); rule 2 of from_wan (accept) was predicted.',
    ]);
    const rule = ruleIn(contextOf(changed), 'from_wan', 1);
    expect(answer.differences[0]).toMatchObject({ rule: rule.id, chain: rule.chain.id, step: 2 });
    expect(answer.predicted?.title).toBe('Delivered to this node');
    expect(steps(answer)).toEqual([
      'prerouting, arrives on wan0, continue, mark 0x10',
      'input, src in @blocked, drop, differs',
    ]);
    expect(answer.passage.path.visits.flatMap(({ stops }) => stops.filter(({ differs }) => differs))).toMatchObject([
      { number: 2, decides: true },
    ]);
  });

  it('another verdict: the rule is found by its handle', () => {
    const dump = `table inet t { # handle 1
	chain in { # handle 1
		type filter hook input priority 0; policy drop;
		tcp dport 22 accept # handle 2
	}
}
`;
    const trace = `trace id 00000001 inet t in packet: iif "eth0" ip saddr 192.0.2.1 ip daddr 192.0.2.2 ip protocol tcp tcp sport 4000 tcp dport 22 tcp flags == syn
trace id 00000001 inet t in rule tcp dport 22 drop # handle 2 (verdict drop)
`;
    const [answer] = compared(dump, trace);
    expect(answer?.differences.map(({ text }) => text)).toEqual([
      'The kernel had another verdict at rule 1 of in (drop); accept was predicted.',
    ]);
  });

  it('a rule that is gone: it is quoted, with what was predicted in its place', () => {
    const changed = router.replace('tcp dport 113 reject with tcp reset', '');
    const answer = packet(changed, routerTrace, 'TCP 198.51.100.7:40003');
    expect(answer.differences.map(({ text }) => text)).toEqual([
      'The dump has nothing like “inet filter from_wan rule tcp dport 113 reject with tcp reset # handle 15 (verdict drop)”; the policy of input (drop) was predicted.',
    ]);
    expect(answer.passage.fate.title).toBe('Dropped by a rule that the dump does not have');
  });

  it('a rule that is new: predicted, and the kernel did not come there', () => {
    const changed = router.replace(
      'iifname "wan0" jump from_wan',
      'iifname "wan0" counter\n\t\tiifname "wan0" jump from_wan',
    );
    const answer = packet(changed, routerTrace, 'TCP 198.51.100.200:40004');
    expect(answer.differences.map(({ text }) => text)).toEqual([
      'Rule 5 of input (continue) was predicted; the kernel did not come there.',
    ]);
    expect(answer.agreed).toBe(answer.told);
  });
});

describe('a kernel log', () => {
  const legacy = `*filter
:INPUT DROP [0:0]
:WEB - [0:0]
-A INPUT -p tcp -j WEB
-A WEB -p tcp --dport 80 -j ACCEPT
COMMIT
`;
  const line = (place: string) =>
    `[1.5] TRACE: ${place} IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=60 TTL=64 ID=7 PROTO=TCP SPT=4000 DPT=80 SYN\n`;

  it('tells rules by their numbers and no verdicts: those of the rules', () => {
    const answer = packet(legacy, line('filter:INPUT:rule:1') + line('filter:WEB:rule:1'), 'TCP 192.0.2.1:4000');
    expect(answer.differences).toEqual([]);
    expect(answer.told).toBe(2);
    expect(answer.passage.fate.title).toBe('Delivered to this node');
    expect(steps(answer)).toEqual(['input, protocol tcp, jump', 'input, tcp dport 80, accept']);
  });
});

describe('what is no IP packet', () => {
  it('is shown without a prediction', () => {
    const dump = `table arp t {
	chain in { type filter hook input priority 0; policy accept; arp operation request drop; }
}
`;
    const trace = `trace id 0000000a arp t in packet: iif "eth0" arp operation request
trace id 0000000a arp t in rule arp operation request drop (verdict drop)
`;
    const [answer] = compared(dump, trace);
    expect(answer).toMatchObject({ form: null, predicted: null, differences: [], told: 1 });
    expect(answer?.passage.fate.title).toBe('Dropped by a rule of in');
  });
});
