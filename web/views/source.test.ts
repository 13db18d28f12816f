import { describe, expect, it } from 'vitest';
import { buildLineOwners } from './line-owners.ts';
import { buildOutline } from './outline.ts';
import { buildSpot } from './source.ts';
import { contextOf } from './testing.ts';

const SAVE = `*filter
:INPUT ACCEPT [0:0]
:KUBE-FIREWALL - [0:0]
:KUBE-FIREWALL-2 - [0:0]
-A INPUT -m comment --comment "to KUBE-FIREWALL" -j KUBE-FIREWALL
-A INPUT -j KUBE-FIREWALL-2
-A INPUT -m set --match-set nets src -j DROP
COMMIT
`;
const NFT = `table ip t {
	set hosts {
		type ipv4_addr
		elements = { 10.0.0.1, 10.0.0.2 }
	}
	map ways {
		type ipv4_addr : verdict
		elements = { 10.0.0.1 : jump endpoint-AB12CD34-ns/web/tcp/__10.0.0.1/80, 10.0.0.2 : drop }
	}
	chain input {
		type filter hook input priority filter; policy accept;
		ip saddr @hosts ip daddr vmap @ways
		ip saddr { 10.0.0.9 } goto endpoint-AB12CD34-ns/web/tcp/__10.0.0.1/80
	}
	chain endpoint-AB12CD34-ns/web/tcp/__10.0.0.1/80 {
		drop
	}
}
`;
const IPSETS = 'create nets hash:net family inet hashsize 1024 maxelem 65536\nadd nets 10.0.0.0/8\n';
const ENDPOINT = 'endpoint-AB12CD34-ns/web/tcp/__10.0.0.1/80';

/** The spot at the `|` of `marked`, which must be in the text without it; `plus` goes on from there. */
function spotAt(text: string, marked: string, ...others: string[]) {
  const offset = text.indexOf(marked.replace('|', ''));
  if (offset === -1) throw new Error(`no ${marked}`);
  return buildSpot(contextOf(text, ...others), 0, offset + marked.indexOf('|'));
}

const texts = (text: string, spans: readonly { span: { start: number; end: number } }[] = []): string[] =>
  spans.map(({ span }) => text.slice(span.start, span.end));

describe('what stands at an offset', () => {
  it('finds the chain that a rule jumps to, with its declaration and its uses', () => {
    const { symbol, rule, chain } = spotAt(SAVE, '-j KUBE-FIRE|WALL\n');
    expect([rule, chain]).toEqual([0, 0]);
    expect(symbol).toMatchObject({ kind: 'chain', name: 'KUBE-FIREWALL' });
    expect(texts(SAVE, [symbol?.definition as never])).toEqual(['KUBE-FIREWALL']);
    expect(symbol?.references.map(({ span }) => span.start)).toEqual([SAVE.indexOf('-j KUBE-FIREWALL') + 3]);
  });

  it.each([':KUBE-|FIREWALL -', '"to KUBE-|FIREWALL"', '-A IN|PUT -j'])('takes the name at %s', (marked) => {
    expect(spotAt(SAVE, marked).symbol?.name).toBe(marked.includes('IN|PUT') ? 'INPUT' : 'KUBE-FIREWALL');
  });

  it('finds ipsets of another document, and their users', () => {
    const found = spotAt(SAVE, '--match-set ne|ts', IPSETS);
    expect(found.symbol).toMatchObject({
      kind: 'set',
      name: 'nets',
      definition: { document: 'd1' },
      references: [{ document: 'd0' }],
    });
    expect(texts(SAVE, found.symbol?.references)).toEqual(['nets']);
    const there = spotAt(IPSETS, 'create ne|ts', SAVE);
    expect(there.symbol?.references.map(({ document }) => document)).toEqual(['d1']);
    expect(there.hover[0]).toContain('used by 1 rule');
  });

  it('reads names with slashes and dots, in verdict maps too', () => {
    for (const marked of [
      `jump endpoint-AB12|CD34-ns/web/tcp/__10.0.0.1/80, `,
      'goto endpoint-AB12CD34-ns/w|eb/',
      'chain endpoint-AB12CD34-n|s/',
    ]) {
      const { symbol } = spotAt(NFT, marked);
      expect(symbol).toMatchObject({ kind: 'chain', name: ENDPOINT });
      expect(texts(NFT, symbol?.references)).toEqual([ENDPOINT, ENDPOINT]);
      const before = symbol?.references.map(({ span }) => NFT.slice(span.start - 5, span.start));
      expect(before?.sort()).toEqual(['goto ', 'jump ']);
    }
  });

  it('finds sets behind @, in their declaration, and their elements', () => {
    for (const marked of ['@ho|sts', '@|hosts', 'set ho|sts {']) {
      const { symbol } = spotAt(NFT, marked);
      expect(symbol).toMatchObject({ kind: 'set', name: 'hosts' });
      expect(texts(NFT, symbol?.references)).toEqual(['hosts']);
    }
    const element = spotAt(NFT, '10.0.0.1, 10.0|.0.2 }');
    expect(element.symbol).toBeNull();
    expect(element.set).not.toBeNull();
    expect(element.hover[0]).toContain('2 elements');
  });

  it('does not take a hook for a chain of its name', () => {
    const spot = spotAt(NFT, 'type filter hook in|put');
    expect(spot.symbol).toBeNull();
    expect(spot.rule).toBeNull();
    expect(spot.chain).toBe(0);
  });

  it('escapes what the dump says', () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\n:a<img>*b* - [0:0]\n-A INPUT -j a<img>*b*\nCOMMIT\n';
    const hover = spotAt(text, '-j a<im|g').hover.join('\n');
    expect(hover).toContain('a\\<img\\>\\*b\\*');
    expect(hover).not.toMatch(/[^\\]<img/);
  });

  it('has an answer at every offset', () => {
    for (const text of [SAVE, NFT, IPSETS, 'no ruleset', '']) {
      const context = contextOf(text);
      for (let at = 0; at <= text.length; at++) expect(buildSpot(context, 0, at).hover).toBeInstanceOf(Array);
    }
  });
});

describe('the outline', () => {
  it('nests chains and sets in tables, in the order of the text', () => {
    const [table] = buildOutline(contextOf(NFT), 0);
    expect(table?.name).toBe('ip t');
    expect(table?.children.map(({ kind, name }) => [kind, name])).toEqual([
      ['set', 'hosts'],
      ['set', 'ways'],
      ['chain', 'input'],
      ['chain', ENDPOINT],
    ]);
    for (const { name, nameSpan } of table?.children ?? []) expect(NFT.slice(nameSpan.start, nameSpan.end)).toBe(name);
  });

  it('has the ipsets of an ipset dump', () => {
    expect(buildOutline(contextOf(IPSETS), 0).map(({ kind, detail }) => [kind, detail])).toEqual([
      ['set', '1 element'],
    ]);
  });
});

describe('owners of lines', () => {
  const column = (text: string, owners: readonly string[]): string[] => {
    const found = buildLineOwners(contextOf(text), 0, owners);
    return text
      .split('\n')
      .map((line, i) => `${found[i] === 0 ? '-' : owners[(found[i] as number) - 1]} ${line.trim()}`);
  };

  it('has rules and declarations of owned chains, not built-in chains', () => {
    expect(column(SAVE, ['unknown', 'kubelet'])).toEqual([
      '- *filter',
      '- :INPUT ACCEPT [0:0]',
      'kubelet :KUBE-FIREWALL - [0:0]',
      '- :KUBE-FIREWALL-2 - [0:0]',
      'kubelet -A INPUT -m comment --comment "to KUBE-FIREWALL" -j KUBE-FIREWALL',
      'unknown -A INPUT -j KUBE-FIREWALL-2',
      'unknown -A INPUT -m set --match-set nets src -j DROP',
      '- COMMIT',
      '- ',
    ]);
  });

  it('has the frames of owned tables, chains and sets', () => {
    const text =
      'table inet firewalld {\n\tset a {\n\t\ttype ipv4_addr\n\t}\n\n\tchain filter_INPUT {\n\t\ttype filter hook input priority filter + 10; policy accept;\n\t\taccept\n\t}\n}\ntable ip own {\n\tchain c {\n\t}\n}\n';
    expect(column(text, ['firewalld-nftables', 'unknown']).map((line) => line.split(' ')[0])).toEqual(
      '+ + + + - + + + + + - - - - -'.split(' ').map((mark) => (mark === '+' ? 'firewalld-nftables' : '-')),
    );
  });
});
