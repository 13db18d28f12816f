import { describe, expect, it } from 'vitest';
import { count, hex, joinWords, ownerName, programName, programOf, suiteOf, thousands } from './words.ts';

describe('programs', () => {
  it.each([
    ['kube-proxy-nftables', 'kube-proxy', 'kube-proxy', 'kube-proxy (nftables)'],
    ['calico-iptables', 'calico', 'Calico', 'Calico (iptables)'],
    ['netavark-nftables', 'netavark', 'Podman', 'Podman (nftables)'],
    ['istio-ambient', 'istio', 'Istio', 'Istio'],
    ['ufw', 'ufw', 'ufw', 'ufw'],
  ])('%s', (owner, program, name, full) => {
    expect([programOf(owner), programName(programOf(owner)), ownerName(owner)]).toEqual([program, name, full]);
  });

  it('takes the backends for nobody, and kubelet for kube-proxy where order counts', () => {
    expect([programOf('iptables-nft'), programOf('iptables-legacy')]).toEqual(['unknown', 'unknown']);
    expect(suiteOf('kubelet')).toBe('kube-proxy');
  });
});

describe('lists and numbers', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
    [['a', 'b', 'c', 'd', 'e', 'f'], 'a, b, c and 3 more'],
  ])('%j', (words, expected) => {
    expect(joinWords(words)).toBe(expected);
  });

  it('counts and spells', () => {
    expect([count(1, 'rule'), count(3204, 'rule'), count(2, 'copy', 'copies')]).toEqual([
      '1 rule',
      '3,204 rules',
      '2 copies',
    ]);
    expect([thousands(12), thousands(150000), thousands(1234567)]).toEqual(['12', '150,000', '1,234,567']);
    expect([hex(0x80000000), hex(-1)]).toEqual(['0x80000000', '0xffffffff']);
  });
});
