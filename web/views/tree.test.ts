import { describe, expect, it } from 'vitest';
import type { TreeNode } from './answer.ts';
import { pathsTo } from './paths.ts';
import { chainIn, contextOf } from './testing.ts';
import { buildTree, nameStem } from './tree.ts';

const HASHES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const hash = (i: number): string =>
  Array.from({ length: 16 }, (_, k) => HASHES[(i * 31 + k * 7 + (i >> 3)) % 32]).join('') + i;

/** `services` chains of one to three rules, each jumped to from KUBE-SERVICES; every tenth has an external chain before it. */
function kube(services: number): string {
  const lines = ['*nat', ':PREROUTING ACCEPT [0:0]', ':KUBE-SERVICES - [0:0]', ':KUBE-NODEPORTS - [0:0]'];
  const rules = ['-A PREROUTING -j KUBE-SERVICES'];
  for (let i = 0; i < services; i++) {
    lines.push(`:KUBE-SVC-${hash(i)} - [0:0]`);
    rules.push(`-A KUBE-SERVICES -d 10.96.0.${i % 250}/32 -j KUBE-SVC-${hash(i)}`);
    for (let k = 0; k <= i % 3; k++) rules.push(`-A KUBE-SVC-${hash(i)} -s 10.0.0.${k}/32 -j RETURN`);
    if (i % 10 !== 0) continue;
    lines.push(`:KUBE-EXT-${hash(i)} - [0:0]`);
    rules.push(`-A KUBE-SERVICES -d 203.0.113.9/32 -j KUBE-EXT-${hash(i)}`, `-A KUBE-EXT-${hash(i)} -j RETURN`);
  }
  rules.push('-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS');
  return `${[...lines, ...rules, 'COMMIT'].join('\n')}\n`;
}

function nodes(tree: TreeNode): number {
  return tree.children.reduce((sum, child) => sum + nodes(child), 1);
}

function treeOf(text: string, chain: string, depth = 6, limit = 400): TreeNode {
  const context = contextOf(text);
  return buildTree(context, chainIn(context, chain), depth, limit);
}

describe('the jump tree', () => {
  it.each([30, 300, 3000])('leaves nothing out with %i services', (services) => {
    const tree = treeOf(kube(services), 'KUBE-SERVICES');
    expect(nodes(tree)).toBeLessThanOrEqual(401);
    const jumps = services + Math.ceil(services / 10) + 1;
    expect(tree.rules).toBe(jumps);
    expect(tree.children.reduce((sum, { merged }) => sum + merged, 0)).toBe(jumps);
    expect(tree.rules + tree.children.reduce((sum, { weight }) => sum + weight, 0)).toBe(tree.weight);
    const order = tree.children.map(({ rule }) => rule as number);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('says that merged chains differ in size, and counts the costliest', () => {
    const tree = treeOf(kube(3000), 'KUBE-SERVICES');
    const svc = tree.children.find(({ name }) => name.startsWith('KUBE-SVC-'));
    expect(svc).toMatchObject({ merged: 3000, uneven: true, rules: 1, evaluations: 3, weight: 6000, children: [] });
    const ext = tree.children.find(({ name }) => name.startsWith('KUBE-EXT-'));
    expect(ext).toMatchObject({ merged: 300, rules: 1, weight: 300 });
    expect(ext).not.toHaveProperty('uneven');
    expect(tree.children).toHaveLength(3);
  });

  it('merges few chains only as neighbours of one shape and family', () => {
    const text =
      '*filter\n:FORWARD ACCEPT [0:0]\n:cali-tw-cali1234a - [0:0]\n:cali-tw-cali1234b - [0:0]\n:cali-tw-cali1234c - [0:0]\n:other - [0:0]\n-A FORWARD -j cali-tw-cali1234a\n-A FORWARD -j cali-tw-cali1234b\n-A FORWARD -j cali-tw-cali1234c\n-A FORWARD -j other\n-A cali-tw-cali1234a -j DROP\n-A cali-tw-cali1234b -j DROP\n-A cali-tw-cali1234c -j DROP\n-A cali-tw-cali1234c -j DROP\n-A other -j DROP\nCOMMIT\n';
    expect(treeOf(text, 'FORWARD').children.map(({ name, merged, weight }) => [name, merged, weight])).toEqual([
      ['cali-tw-cali1234a', 2, 2],
      ['cali-tw-cali1234c', 1, 2],
      ['other', 1, 1],
    ]);
  });

  it('opens a loop once', () => {
    const tree = treeOf(
      '*filter\n:INPUT ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n-A INPUT -j A\n-A A -j B\n-A B -j A\nCOMMIT\n',
      'INPUT',
    );
    const names: string[] = [];
    for (let at: TreeNode | undefined = tree; at; at = at.children[0]) names.push(at.name);
    expect(names).toEqual(['INPUT', 'A', 'B', 'A']);
  });

  it('stops at the depth asked for', () => {
    expect(treeOf(deep(50), 'INPUT', 3).children[0]?.children[0]?.children[0]?.children).toEqual([]);
  });

  it('survives chains 50,000 deep', () => {
    const context = contextOf(deep(50_000));
    const tree = buildTree(context, chainIn(context, 'INPUT'), 1_000_000, 1_000_000);
    expect(nodes(tree)).toBe(201);
    const [path] = pathsTo(context, chainIn(context, 'c49999'), 20);
    expect(path).toHaveLength(50_001);
    expect(path?.[0]).toMatchObject({ name: 'INPUT' });
    expect(path?.at(-1)).toMatchObject({ name: 'c49999', rule: null });
  });
});

function deep(levels: number): string {
  const names = Array.from({ length: levels }, (_, i) => `c${i}`);
  const rules = names.map((name, i) => `-A ${i === 0 ? 'INPUT' : `c${i - 1}`} -j ${name}`);
  return `*filter\n:INPUT ACCEPT [0:0]\n${names.map((name) => `:${name} - [0:0]`).join('\n')}\n${rules.join('\n')}\nCOMMIT\n`;
}

describe('paths to a chain', () => {
  it('begin at every base chain that reaches it, the shortest first', () => {
    const context = contextOf(
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n-A INPUT -j A\n-A FORWARD -p tcp -j B\n-A FORWARD -j A\n-A A -j B\nCOMMIT\n',
    );
    const names = pathsTo(context, chainIn(context, 'B'), 20).map((path) => path.map(({ name }) => name));
    expect(names).toEqual([
      ['FORWARD', 'B'],
      ['INPUT', 'A', 'B'],
    ]);
    expect(pathsTo(context, chainIn(context, 'B'), 1)).toHaveLength(1);
  });
});

describe('nameStem', () => {
  it.each([
    ['KUBE-SVC-ERIFXISQEP7F7OF4', 'KUBE-SVC'],
    ['KUBE-SVC-ABCDEFGHIJKLMNOP', 'KUBE-SVC'],
    ['cali-tw-cali1e1dd61dd52', 'cali-tw'],
    ['cali-pi-_DcGG9GGFNpp8SR_5g7n', 'cali-pi'],
    ['service-TAO5FKKM-shop/frontend/tcp/http', 'service'],
    ['CNI-DN-9626f476faf1bd50d8434', 'CNI-DN'],
    ['KUBE-SERVICES', 'KUBE-SERVICES'],
    ['KUBE-NODEPORTS', 'KUBE-NODEPORTS'],
    ['KUBE-POSTROUTING', 'KUBE-POSTROUTING'],
    ['DOCKER-ISOLATION-STAGE-1', 'DOCKER-ISOLATION-STAGE-1'],
    ['cali-from-wl-dispatch', 'cali-from-wl-dispatch'],
    ['INPUT', 'INPUT'],
  ])('%s', (name, stem) => expect(nameStem(name)).toBe(stem));
});

describe('packets in the jump tree', () => {
  const context = contextOf(`*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:A - [0:0]
:B - [0:0]
[30:0] -A INPUT -j A
[10:0] -A INPUT -p tcp -j B
[10:0] -A FORWARD -j A
[40:0] -A A -s 10.0.0.1/32 -j B
[8:0] -A B -j ACCEPT
COMMIT
`);
  it('are counted once for each call path, by the share of the rule that jumps', () => {
    const tree = buildTree(context, chainIn(context, 'INPUT'), 6, 100);
    // B: 8 matches of 50 packets, of which 40 come over A. A has 40 + 8 * 40/50 = 46.4, of which INPUT brings three quarters.
    expect(tree.children.map(({ name, packets }) => [name, packets])).toEqual([
      ['A', Math.round(46.4 * 0.75)],
      ['B', Math.round(8 * 0.2)],
    ]);
    expect(tree.children[0]?.children[0]?.packets).toBe(Math.round(8 * 0.8 * 0.75));
    expect(tree.packets).toBe(Math.round(40 + 46.4 * 0.75 + 1.6));
  });
  it('of a chain without counters are none, and loops end', () => {
    const loop = contextOf('*filter\n:A - [0:0]\n:B - [0:0]\n-A A -j B\n-A B -j A\nCOMMIT\n');
    expect(buildTree(loop, chainIn(loop, 'A'), 6, 100).packets).toBe(0);
  });
});
