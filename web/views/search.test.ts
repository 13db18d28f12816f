import { describe, expect, it } from 'vitest';
import { search } from './search.ts';
import { contextOf } from './testing.ts';

const SAVE = `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:OLD-KUBE-SERVICES - [0:0]
:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.101/32 -j RETURN
-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -j KUBE-SVC-AAAAAAAAAAAAAAAA
COMMIT
`;
const IPSETS = 'create nets hash:net family inet hashsize 1024 maxelem 65536\nadd nets 10.96.0.10\n';

function hits(query: string, limit = 80): string[] {
  return search(contextOf(SAVE, IPSETS), query, limit).map(({ kind, title }) => `${kind} ${title.slice(0, 40)}`);
}

describe('search', () => {
  it('has the chain of exactly that name first', () => {
    expect(hits('kube-services').slice(0, 2)).toEqual(['chain KUBE-SERVICES', 'chain OLD-KUBE-SERVICES']);
  });

  it('has an owner by its short name first, and no owner that is not here', () => {
    expect(hits('Kube-Proxy')[0]).toBe('owner kube-proxy (iptables mode)');
    expect(hits('calico')).toEqual([]);
  });

  it('finds an address in rules and sets, whole before part', () => {
    expect(hits('10.96.0.10')).toEqual([
      'set nets',
      'rule -A KUBE-SERVICES -d 10.96.0.10/32 -p udp',
      'rule -A KUBE-SERVICES -d 10.96.0.101/32 -j RE',
    ]);
  });

  it('finds a chain by its table', () => expect(hits('nat PREROUTING')).toContain('chain PREROUTING'));
  it('finds any case', () => expect(hits('KUBE-DNS')).toEqual(hits('kube-dns')));
  it.each(['', '   ', '(?', '[a-', '\\', 'nothing of the kind'])('finds nothing for %j', (query) =>
    expect(hits(query)).toEqual([]),
  );
  it.each([0, 1, 3, 5])('gives at most %i', (limit) => expect(hits('k', limit)).toHaveLength(limit));

  it('gives every kind its share', () => {
    const kinds = new Set(search(contextOf(SAVE, IPSETS), 'k', 4).map(({ kind }) => kind));
    expect(kinds).toContain('chain');
    expect(kinds).toContain('rule');
  });

  it('names each rule once', () => {
    const text = '*filter\n:A - [0:0]\n-A A -s 10.0.0.1/32 -d 10.0.0.1/32 -j RETURN\nCOMMIT\n';
    expect(search(contextOf(text), '10.0.0.1', 10)).toHaveLength(1);
  });

  it('finds matches behind thousands of weaker ones', () => {
    const weak = Array.from({ length: 3000 }, (_, i) => `-A A -s 10.0.0.1${i % 90}/32 -j RETURN`);
    const text = `*filter\n:A - [0:0]\n${weak.join('\n')}\n-A A -s 10.0.0.1/32 -j DROP\nCOMMIT\n`;
    expect(search(contextOf(text), '10.0.0.1', 10)[0]?.title).toBe('-A A -s 10.0.0.1/32 -j DROP');
  });
});
