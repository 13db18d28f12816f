import { describe, expect, it } from 'vitest';
import { contextOf } from '../testing.ts';
import { graphDot } from './dot.ts';

const SAVE = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:KUBE-FORWARD - [0:0]
-A INPUT -j KUBE-FORWARD
-A FORWARD -j KUBE-FORWARD
-A FORWARD -i eth0 -j KUBE-FORWARD
-A FORWARD -g KUBE-FORWARD
-A FORWARD -j gone
COMMIT
`;
const NFT = `table inet quote {
  chain a {
    type filter hook forward priority 10; policy accept
    jump b
  }
  chain b { drop; }
}
`;

interface Parsed {
  readonly nodes: Map<string, Map<string, string>>;
  readonly edges: { from: string; to: string; attributes: Map<string, string> }[];
  readonly clusters: string[];
}

/** The grammar of DOT as far as graphs without ports and HTML strings have it (graphviz.org/doc/info/lang.html); throws on all else. */
function parseDot(text: string): Parsed {
  const tokens = [
    ...text.matchAll(/\s+|"((?:[^"\\]|\\[\s\S])*)"|->|[{}[\];,=]|-?\d+(?:\.\d+)?|[A-Za-z_][A-Za-z_0-9]*|([\s\S])/g),
  ]
    .filter(([token]) => token.trim() !== '')
    .map(([token, , bad]) => {
      if (bad !== undefined) throw new Error(`not DOT: ${bad}`);
      return token;
    });
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const next = (expected?: RegExp): string => {
    const token = tokens[at++] ?? '';
    if (expected && !expected.test(token))
      throw new Error(`${token} at ${at}: ${tokens.slice(at - 4, at + 4).join(' ')}`);
    return token;
  };
  const id = (): string => {
    const token = next(/^["\w-]/);
    return token.startsWith('"') ? token.slice(1, -1) : token;
  };
  const parsed: Parsed = { nodes: new Map(), edges: [], clusters: [] };
  const attributes = (): Map<string, string> => {
    const found = new Map<string, string>();
    if (peek() !== '[') return found;
    next();
    while (peek() !== ']') {
      const name = id();
      next(/^=$/);
      found.set(name, id());
      if (/^[,;]$/.test(peek())) next();
    }
    next(/^\]$/);
    return found;
  };
  const statements = (): void => {
    next(/^\{$/);
    while (peek() !== '}') {
      if (peek() === 'subgraph') {
        next();
        parsed.clusters.push(id());
        statements();
      } else {
        const name = id();
        if (peek() === '=') {
          next();
          id();
        } else if (peek() === '->') {
          next();
          parsed.edges.push({ from: name, to: id(), attributes: attributes() });
        } else {
          const found = attributes();
          if (!/^(node|edge|graph)$/.test(name)) parsed.nodes.set(name, found);
        }
      }
      if (peek() === ';') next();
    }
    next(/^\}$/);
  };
  next(/^digraph$/);
  id();
  statements();
  if (at !== tokens.length) throw new Error('text behind the graph');
  return parsed;
}

describe('graphDot', () => {
  const dot = graphDot(contextOf(SAVE, NFT), { 'kube-proxy-iptables': '#dbe4fa' });
  const graph = parseDot(dot);
  const label = (name: string): string => graph.nodes.get(name)?.get('label') ?? '';
  const named = (name: string): string =>
    [...graph.nodes].find(([, attributes]) => attributes.get('label')?.startsWith(`${name}\\n`))?.[0] ?? '';

  it('has every chain once, base chains in the cluster of their hook', () => {
    expect(graph.clusters.length).toBe(2);
    expect([...graph.nodes.keys()].map(label).map((text) => text.split('\\n')[0])).toEqual(
      expect.arrayContaining(['INPUT', 'FORWARD', 'KUBE-FORWARD', 'a', 'b']) as unknown,
    );
    expect(label(named('FORWARD'))).toBe('FORWARD\\nip filter, priority 0\\n4 rules\\npolicy drop');
  });

  it('counts jumps and gotos, and says what runs next', () => {
    const edges = graph.edges.map(({ from, to, attributes }) => [from, to, attributes.get('label') ?? '']);
    expect(edges).toEqual(
      expect.arrayContaining([
        [named('FORWARD'), named('KUBE-FORWARD'), '2 jumps'],
        [named('FORWARD'), named('KUBE-FORWARD'), 'goto'],
        [named('INPUT'), named('KUBE-FORWARD'), ''],
        [named('FORWARD'), named('a'), 'then'],
      ]) as unknown,
    );
  });

  it('names no node that it does not have', () => {
    for (const { from, to } of graph.edges) expect([graph.nodes.has(from), graph.nodes.has(to)]).toEqual([true, true]);
  });

  it('takes only colours for colours', () => {
    const odd = graphDot(contextOf(SAVE), { 'kube-proxy-iptables': 'red"]; evil [label="' });
    expect(odd).not.toContain('evil');
    expect(dot).toContain('fillcolor="#dbe4fa"');
  });

  it('quotes names', () => {
    const json = JSON.stringify({
      nftables: [
        { metainfo: { version: '1.0.6', json_schema_version: 1 } },
        { table: { family: 'ip', name: 'a"];x', handle: 1 } },
        { chain: { family: 'ip', table: 'a"];x', name: 'c\\"\n}', handle: 1 } },
      ],
    });
    const parsed = parseDot(graphDot(contextOf(json), {}));
    expect([...parsed.nodes.values()].map((one) => one.get('label'))).toEqual(['c\\\\\\" }\\nip a\\"];x\\n0 rules']);
  });
});
