import { describe, expect, it } from 'vitest';
import { contextOf } from '../testing.ts';
import { search } from './search.ts';

const SAVE = `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:OLD-KUBE-SERVICES - [0:0]
:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.101/32 -j RETURN
-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-AAAAAAAAAAAAAAAA
COMMIT
`;
const IPSETS = 'create nets hash:net family inet hashsize 1024 maxelem 65536\nadd nets 10.96.0.10\n';

function hits(query: string, limit = 80): string[] {
  return search(contextOf(SAVE, IPSETS), { query, limit }).hits.map(
    ({ kind, title }) => `${kind} ${title.slice(0, 40)}`,
  );
}

describe('search', () => {
  it('has the chain of exactly that name first', () => {
    expect(hits('kube-services').slice(0, 2)).toEqual(['chain KUBE-SERVICES', 'chain OLD-KUBE-SERVICES']);
  });

  it('has of several chains of one name the one with more rules first', () => {
    const two =
      '*filter\n:A - [0:0]\n-A A -j RETURN\nCOMMIT\n*nat\n:A - [0:0]\n-A A -j RETURN\n-A A -j RETURN\nCOMMIT\n';
    const { hits: found } = search(contextOf(two), { query: 'a', limit: 80 });
    expect(found.slice(0, 2).map(({ detail }) => detail)).toEqual(['ip nat · 2 rules', 'ip filter · 1 rule']);
  });

  it('has an owner by its short name first, and no owner that is not here', () => {
    expect(hits('Kube-Proxy')[0]).toBe('owner kube-proxy (iptables mode)');
    expect(hits('calico')).toEqual([]);
  });

  it('finds an address in rules and sets, whole before part', () => {
    expect(hits('10.96.0.10')).toEqual([
      'service kube-system/kube-dns:dns',
      'set nets',
      'rule -A KUBE-SERVICES -d 10.96.0.10/32 -p udp',
      'rule -A KUBE-SERVICES -d 10.96.0.101/32 -j RE',
    ]);
  });

  it('finds a chain by its table', () => expect(hits('nat PREROUTING')).toContain('chain PREROUTING'));
  it('finds all of several words in any order, what has them in a row first', () => {
    expect(hits('53 kube-dns')).toEqual(['rule -A KUBE-SERVICES -d 10.96.0.10/32 -p udp']);
    expect(hits('kube dns')).toEqual([
      'service kube-system/kube-dns:dns',
      'rule -A KUBE-SERVICES -d 10.96.0.10/32 -p udp',
    ]);
    expect(hits('kube-services return')).toEqual(['rule -A KUBE-SERVICES -d 10.96.0.101/32 -j RE']);
    expect(hits('kube-dns return')).toEqual([]);
  });
  it('finds rules by their handles, and base chains by their policy', () => {
    const context = contextOf(`table ip t { # handle 1
	map to { # handle 4
		type ipv4_addr : ipv4_addr
		elements = { 192.0.2.1 : 10.9.9.9 }
	}
	chain input { # handle 2
		type filter hook input priority filter; policy drop;
		tcp dport 22 accept # handle 11
		tcp dport 80 accept # handle 1
	}
	chain pre { # handle 3
		type nat hook prerouting priority dstnat; policy accept;
		dnat to ip daddr map @to # handle 5
	}
}
`);
    const found = (query: string): string[] =>
      search(context, { query, limit: 9 }).hits.map(({ kind, title, detail }) => `${kind} ${title}, ${detail}`);
    expect(found('handle 11')).toEqual(['rule tcp dport 22 accept, ip t input rule 1']);
    expect(found('handle 1')[0]).toBe('rule tcp dport 80 accept, ip t input rule 2');
    expect(found('policy drop')).toEqual(['chain input, ip t · 2 rules']);
    expect(found('10.9.9.9')[1]).toBe('rule dnat to ip daddr map @to, ip daddr in a map to 10.9.9.9 · ip t pre rule 1');
  });
  it('finds any case', () => expect(hits('KUBE-DNS')).toEqual(hits('kube-dns')));
  it.each(['', '   ', '(?', '[a-', '\\', 'nothing of the kind'])('finds nothing for %j', (query) =>
    expect(hits(query)).toEqual([]),
  );
  it.each([0, 1, 3, 5])('gives at most %i', (limit) => expect(hits('k', limit)).toHaveLength(limit));

  it('gives every kind its share', () => {
    const kinds = new Set(search(contextOf(SAVE, IPSETS), { query: 'k', limit: 4 }).hits.map(({ kind }) => kind));
    expect(kinds).toContain('chain');
    expect(kinds).toContain('rule');
  });

  it('names each rule once', () => {
    const text = '*filter\n:A - [0:0]\n-A A -s 10.0.0.1/32 -d 10.0.0.1/32 -j RETURN\nCOMMIT\n';
    expect(search(contextOf(text), { query: '10.0.0.1', limit: 10 }).hits).toHaveLength(1);
  });

  it('finds matches behind thousands of weaker ones', () => {
    const weak = Array.from({ length: 3000 }, (_, i) => `-A A -s 10.0.0.1${i % 90}/32 -j RETURN`);
    const text = `*filter\n:A - [0:0]\n${weak.join('\n')}\n-A A -s 10.0.0.1/32 -j DROP\nCOMMIT\n`;
    expect(search(contextOf(text), { query: '10.0.0.1', limit: 10 }).hits[0]?.title).toBe(
      '-A A -s 10.0.0.1/32 -j DROP',
    );
  });

  it('finds a Service by a part of its name, its address and its port, with the rule that answers for it', () => {
    for (const query of ['kube-dns', '10.96.0.10:53', '10.96.0.10']) {
      const { hits } = search(contextOf(SAVE), { query, limit: 80 });
      const service = hits.find(({ kind }) => kind === 'service');
      expect(service).toMatchObject({ title: 'kube-system/kube-dns:dns', detail: '10.96.0.10:53 UDP' });
      expect(hits.some(({ kind, id }) => kind === 'rule' && id === service?.rule)).toBe(true);
    }
  });

  it('finds a Service without endpoints by the address that is refused', () => {
    const save = `*filter
:KUBE-SERVICES - [0:0]
-A KUBE-SERVICES -d 10.96.0.9/32 -p tcp -m comment --comment "shop/cart has no endpoints" -m tcp --dport 80 -j REJECT
COMMIT
`;
    const [first] = search(contextOf(save), { query: '10.96.0.9', limit: 9 }).hits;
    expect(first).toMatchObject({ kind: 'service', title: 'shop/cart', detail: '10.96.0.9:80 TCP' });
  });

  it('finds the Service that an endpoint is of', () => {
    const save = SAVE.replace(
      'COMMIT',
      ':KUBE-SEP-A - [0:0]\n-A KUBE-SEP-A -p udp -m comment --comment "kube-system/kube-dns:dns" -m udp -j DNAT --to-destination 10.244.1.5:53\nCOMMIT',
    );
    const { hits } = search(contextOf(save), { query: '10.244.1.5', limit: 9 });
    expect(hits.map(({ kind, title }) => `${kind} ${title.slice(0, 24)}`)).toContain(
      'service kube-system/kube-dns:dns',
    );
  });

  it('finds a Service in nftables mode by its map element and its chain', () => {
    const nft = `table ip kube-proxy {
  map service-ips {
    type ipv4_addr . inet_proto . inet_service : verdict
    elements = { 10.96.0.10 . udp . 53 : goto service-ULMVA6XW-kube-system/kube-dns/udp/dns }
  }
  chain services { ip daddr . meta l4proto . th dport vmap @service-ips }
  chain service-ULMVA6XW-kube-system/kube-dns/udp/dns { counter }
}
`;
    const context = contextOf(nft);
    const { hits } = search(context, { query: 'kube-dns:dns', limit: 9 });
    expect(hits[0]).toMatchObject({ kind: 'service', title: 'kube-system/kube-dns:dns', detail: '10.96.0.10:53 UDP' });
    expect(context.analysis.ruleset.chains[hits[0]?.chain ?? -1]?.name).toContain('kube-dns');
  });

  it('says how many more there are, and gives them when only that kind is asked for', () => {
    const rules = Array.from({ length: 200 }, (_, i) => `-A A -s 10.0.0.0/${9 + (i % 9)} -j RETURN`);
    const context = contextOf(`*filter\n:A - [0:0]\n${rules.join('\n')}\nCOMMIT\n`);
    const { hits, more } = search(context, { query: '10.0.0.1', limit: 50 });
    expect([hits.length, more.rule]).toEqual([40, 160]);
    const all = search(context, { query: '10.0.0.1', limit: 1000, kind: 'rule' });
    expect([all.hits.length, all.more]).toEqual([200, {}]);
    expect(all.hits[0]?.detail).toContain('10.0.0.0/17');
  });
});
