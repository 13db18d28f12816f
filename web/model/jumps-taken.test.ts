import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../parse/read.ts';
import { buildJumpGraph } from './graph.ts';
import { linkRuleset } from './link.ts';

/** The worst case of FORWARD, whose rules jump to chains of 10, 20, 30, ... rules in this order. */
function worst(...rules: string[]): number {
  const names = rules.map((_, at) => `c${at}`);
  const text = [
    '*filter',
    ':FORWARD ACCEPT [0:0]',
    ...names.map((name) => `:${name} - [0:0]`),
    ...rules.map((rule, at) => `-A FORWARD ${rule} -j c${at}`),
    ...names.flatMap((name, at) => Array.from({ length: 10 * (at + 1) }, () => `-A ${name} -m mark --mark 0x1`)),
    'COMMIT',
    '',
  ].join('\n');
  const ruleset = linkRuleset(readDocument(0, 'node', text));
  return buildJumpGraph(ruleset).worstCase(ruleset.chains[0]?.id ?? -1);
}

describe('the jumps that one packet takes', () => {
  it.each<[string[], number]>([
    [['-d 10.0.0.1', '-d 10.0.0.2', '-d 10.0.0.3'], 30],
    [['-d 10.0.0.1', '-d 10.0.0.1', '-d 10.0.0.3'], 10 + 20],
    [['-d 10.0.0.1', '-d 10.0.0.0/8', '-d 10.0.0.0/24', '-d 11.0.0.0/8'], 10 + 20 + 30],
    [['-d 0.0.0.0/1', '-d 128.0.0.0/1', '-d 10.0.0.1'], 10 + 30],
    [['-i eth0', '-i eth+', '-i eth1', '-i wlan+'], 20 + 30],
    [['-i eth0', '-i eth0', '-i eth1'], 10 + 20],
    [['-d 10.0.0.1 -p tcp --dport 53', '-d 10.0.0.1 -p udp --dport 53', '-d 10.0.0.1 -p tcp --dport 9153'], 30],
    [['-d 10.0.0.1 -p tcp --dport 53', '-d 10.0.0.1 -p tcp --dport 53', '-d 10.0.0.1 -p udp --dport 53'], 10 + 20],
    [['-d 10.0.0.1 -p tcp --dport 53', '-d 10.0.0.1', '-d 10.0.0.2'], 10 + 20],
    [['-d 10.0.0.1', '-m mark --mark 0x2', '-d 10.0.0.2'], 10 + 20 + 30],
  ])('%j', (rules, below) => {
    expect(worst(...rules)).toBe(rules.length + below);
  });

  it('adds up what the packet of most rules meets, for any prefixes', () => {
    const prefix = fc.record({ high: fc.nat(3), low: fc.nat(3), length: fc.constantFrom(8, 15, 16, 31, 32) });
    fc.assert(
      fc.property(fc.array(prefix, { minLength: 1, maxLength: 8 }), (prefixes) => {
        const size = ({ length }: { length: number }): number => 2 ** (32 - length);
        const addressOf = ({ high, low }: { high: number; low: number }): number => 10 * 2 ** 24 + high * 2 ** 16 + low;
        const inside = (address: number, one: (typeof prefixes)[number]): boolean =>
          Math.floor(address / size(one)) === Math.floor(addressOf(one) / size(one));
        const met = prefixes.map((packet) =>
          prefixes.reduce((sum, one, at) => sum + (inside(addressOf(packet), one) ? 10 * (at + 1) : 0), 0),
        );
        const rules = prefixes.map((one) => `-d 10.${one.high}.0.${one.low}/${one.length}`);
        expect(worst(...rules)).toBe(prefixes.length + Math.max(...met));
      }),
    );
  });
});
