import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explanation, IN_NFT, IN_SAVE, PRINTED_AS_NFT, TRANSLATED } from './explained.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'parse', 'README.md'), 'utf8');

describe('explained differences', () => {
  it.each([...IN_NFT, ...TRANSLATED, ...IN_SAVE, ...PRINTED_AS_NFT])(
    'are in the README: $iptables',
    ({ iptables, listing, why }) => {
      expect(readme).toContain(`| ${iptables} | ${listing} | ${why} |`);
    },
  );

  it('explain only what they name', () => {
    expect(explanation(IN_NFT, '-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT', 'ip')).toBeNull();
    expect(explanation(IN_NFT, '-A INPUT -m addrtype --dst-type LOCAL', 'ip6')).toBeNull();
    expect(explanation(IN_NFT, '-A INPUT -m addrtype --dst-type UNICAST', 'ip6')).not.toBeNull();
    expect(explanation(IN_NFT, '-A INPUT -m addrtype --dst-type UNICAST', 'ip')).toBeNull();
    expect(explanation(IN_NFT, '-A INPUT -m conntrack --ctstate NEW -j DROP', 'ip')).toBeNull();
  });
});
