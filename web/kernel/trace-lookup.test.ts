import { describe, expect, it } from 'vitest';
import { linkRuleset } from '../model/link.ts';
import { readDocument } from '../parse/read.ts';
import { effectiveOrder } from './order.ts';
import { readPacket } from './packet-input.ts';
import { AssumedTables } from './routing.ts';
import { createTracer, tracePacket } from './trace.ts';

/** What may become of a packet of a protocol whose ports nobody knows: the marks at the end, with what is asked. */
function courses(rule: string, hook = 'type filter hook forward priority 0') {
  const text = `table ip t {\n\tchain c {\n\t\t${hook}; policy accept;\n\t\t${rule}\n\t}\n}\n`;
  const ruleset = linkRuleset(readDocument(0, 'node.nft', text));
  const { packet } = readPacket({
    family: 4,
    path: 'forward',
    iif: 'eth0',
    oif: 'eth1',
    src: '10.0.0.1',
    dst: '10.0.1.1',
    proto: 7,
  });
  if (!packet) throw new Error('no packet');
  const run = tracePacket(createTracer(ruleset, effectiveOrder(ruleset)), packet, {
    routing: new AssumedTables(packet, new Set()),
  });
  return run.courses.map(({ end, last }) => ({ end: end.kind, mark: last.mark, dst: last.dst }));
}

describe('a map whose key is not known', () => {
  it('may have no element: the rule is broken off then', () => {
    const found = courses('meta mark set th dport map { 80 : 0x8, 81 : 0x9 } drop');
    expect(found.map(({ end }) => end).sort()).toEqual(['delivered', 'dropped']);
  });

  it('has one where it has one for everything else', () => {
    expect(courses('meta mark set th dport map { 80 : 0x8, * : 0x9 } drop').map(({ end }) => end)).toEqual(['dropped']);
  });

  it('may leave the destination as it is', () => {
    const found = courses('dnat to th dport map { 80 : 10.9.9.9 }', 'type nat hook prerouting priority -100');
    expect(found.map(({ dst }) => dst)).toContain(0x0a000101);
    expect(found.length).toBeGreaterThan(1);
  });
});
