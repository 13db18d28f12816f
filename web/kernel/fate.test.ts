import { describe, expect, test } from 'vitest';
import { linkRuleset } from '../model/link.ts';
import { readDocument } from '../parse/read.ts';
import { fateOf } from './fate.ts';
import { effectiveOrder } from './order.ts';
import { readPacket } from './packet-input.ts';
import { AssumedTables } from './routing.ts';
import { createTracer, tracePacket } from './trace.ts';

/** What may become of a packet that comes in by eth0. */
function fates(text: string): string[] {
  const ruleset = linkRuleset([...readDocument(0, 'a.save', text)]);
  const json = { family: 4, path: 'input', iif: 'eth0', src: '10.0.1.15', dst: '10.9.9.8', proto: 'tcp', dport: 52 };
  const { packet } = readPacket(json);
  if (!packet) throw new Error('no packet');
  const routing = new AssumedTables(packet, new Set());
  const { courses } = tracePacket(createTracer(ruleset, effectiveOrder(ruleset)), packet, { routing });
  return [...new Set(courses.map((course) => fateOf(course, packet, routing).kind))].sort();
}

const save = (rules: string) => `*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -j REDIRECT --to-ports 8080
COMMIT
*filter
:INPUT ACCEPT [0:0]
${rules}
COMMIT
`;

describe('who is rejected gets an answer', () => {
  test('from the address of the node that it was redirected to, whichever that is', () => {
    expect(fates(save('-A INPUT -j REJECT'))).toEqual(['rejected']);
    // Asking for the address tells it: it is one of the node's all the same.
    expect(fates(save('-A INPUT -d 10.9.9.9 -j NFLOG\n-A INPUT -j REJECT'))).toEqual(['rejected']);
    expect(fates(save('-A INPUT -d 10.9.9.9 -j REJECT\n-A INPUT -j DROP'))).toEqual(['dropped', 'rejected']);
  });

  test('unless a rule has sent it to an address that is nobody’s', () => {
    const text =
      'table ip t {\n  chain i {\n    type filter hook input priority 0;\n    ip daddr set 10.9.9.9 reject\n  }\n}\n';
    expect(fates(text)).toEqual(['dropped']);
  });
});
