import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallTree, chainName, type TreeMeasure } from '../layout/call-tree.ts';
import { pathsTo } from './paths.ts';
import { chainIn, contextOf } from './testing.ts';
import { buildTree } from './tree.ts';

const MEASURES: readonly TreeMeasure[] = ['rules', 'evaluations', 'packets'];

function treeOf(text: string, chain: string, measure: TreeMeasure = 'rules'): CallTree {
  const context = contextOf(text);
  return buildTree(context, chainIn(context, chain), measure);
}

/** Every jump as `caller at callee`, in the tree's order. */
function jumpsIn(tree: CallTree): string[] {
  return Array.from(tree.chains).flatMap((_, number) =>
    Array.from(tree.targets.subarray(tree.starts[number], tree.starts[number + 1]), (target, at) => {
      const jump = (tree.starts[number] as number) + at;
      return `${chainName(tree, number)} ${tree.at[jump]} ${chainName(tree, target)}`;
    }),
  );
}

/** The measure of a chain over every call path below it, one by one; what leads back to a chain on the path counts nothing. */
function walk(tree: CallTree, number: number): number {
  let sum = tree.own[number] as number;
  for (let jump = tree.starts[number] as number; jump < (tree.starts[number + 1] as number); jump++) {
    if ((tree.share[jump] as number) > 0)
      sum += (tree.share[jump] as number) * walk(tree, tree.targets[jump] as number);
  }
  return sum;
}

/** Chains c0, c1, ...: each has rules, some of which jump to later ones or compare an address. */
const calls = fc
  .array(
    fc.array(fc.record({ to: fc.nat(9), jumps: fc.boolean(), dispatch: fc.boolean(), packets: fc.nat(50) }), {
      maxLength: 6,
    }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((chains) => {
    const lines = chains.flatMap((rules, from) =>
      rules.map(({ to, jumps, dispatch, packets }, at) => {
        const later = from + 1 + (to % Math.max(1, chains.length - from - 1));
        const verdict = jumps && later < chains.length ? `c${later}` : 'RETURN';
        return `[${packets}:0] -A ${from === 0 ? 'INPUT' : `c${from}`} ${dispatch ? `-s 10.0.0.${at}/32 ` : ''}-j ${verdict}`;
      }),
    );
    const names = chains.slice(1).map((_, at) => `:c${at + 1} - [0:0]`);
    return `*filter\n${[':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', ...names, ...lines].join('\n')}\nCOMMIT\n`;
  });

describe('the jump tree', () => {
  it('has each chain and each jump once, in the order in which a packet meets them', () => {
    const tree = treeOf(
      '*filter\n:INPUT ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n:C - [0:0]\n:X - [0:0]\n-A INPUT -j ACCEPT\n-A INPUT -j B\n-A INPUT -g A\n-A B -j C\n-A A -j C\n-A A -j B\n-A X -j A\nCOMMIT\n',
      'INPUT',
    );
    expect(Array.from(tree.chains, (_, number) => chainName(tree, number))).toEqual(['INPUT', 'B', 'A', 'C']);
    expect(jumpsIn(tree)).toEqual(['INPUT 2 B', 'INPUT 3 A', 'B 1 C', 'A 1 C', 'A 2 B']);
    expect([...tree.gotos]).toEqual([0, 1, 0, 0, 0]);
    expect([...tree.rules]).toEqual([3, 1, 2, 0]);
  });

  it.each(MEASURES)('adds up over every call path, by %s', (measure) => {
    fc.assert(
      fc.property(calls, (text) => {
        const tree = treeOf(text, 'INPUT', measure);
        for (let number = 0; number < tree.chains.length; number++) {
          expect(tree.total[number]).toBeCloseTo(walk(tree, number), 6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps of calls that exclude each other what the worst case counts', () => {
    fc.assert(
      fc.property(calls, (text) => {
        const context = contextOf(text);
        const root = chainIn(context, 'INPUT');
        const tree = buildTree(context, root, 'evaluations');
        expect(tree.total[0]).toBe(context.analysis.graph.worstCase(root.id));
      }),
      { numRuns: 60 },
    );
  });

  it('counts packets by the share of the rule that jumps', () => {
    const text =
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n[30:0] -A INPUT -j A\n[10:0] -A INPUT -p tcp -j B\n[10:0] -A FORWARD -j A\n[40:0] -A A -s 10.0.0.1/32 -j B\n[8:0] -A B -j ACCEPT\nCOMMIT\n';
    const tree = treeOf(text, 'INPUT', 'packets');
    // B: 8 matches of 50 packets, of which 40 come over A. A has 40 + 8 * 40/50 = 46.4, of which INPUT brings three quarters.
    expect([...tree.share]).toEqual([0.75, 0.2, 0.8]);
    expect(tree.total[0]).toBeCloseTo(40 + 46.4 * 0.75 + 1.6);
    expect([...tree.ahead]).toEqual([30, 40, 40]);
  });

  it('counts nothing where a loop leads back', () => {
    const tree = treeOf(
      '*filter\n:INPUT ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n-A INPUT -j A\n-A A -j B\n-A B -j A\nCOMMIT\n',
      'INPUT',
    );
    expect(jumpsIn(tree)).toEqual(['INPUT 1 A', 'A 1 B', 'B 1 A']);
    expect([...tree.share]).toEqual([1, 1, 0]);
    expect(tree.total[0]).toBe(3);
  });

  it('is as big as the dump where call paths double at every level', () => {
    const names = Array.from({ length: 60 }, (_, at) => `c${at}`);
    const rules = names.slice(1).flatMap((name, at) => [`-A c${at} -j ${name}`, `-A c${at} -p tcp -j ${name}`]);
    const text = `*filter\n:INPUT ACCEPT [0:0]\n${names.map((name) => `:${name} - [0:0]`).join('\n')}\n-A INPUT -j c0\n${rules.join('\n')}\nCOMMIT\n`;
    const tree = treeOf(text, 'INPUT');
    expect(tree.chains).toHaveLength(61);
    expect(tree.total[0]).toBeGreaterThan(2 ** 59);
  });

  it('gives the elements of a verdict map as jumps of one rule, of which a packet takes one', () => {
    const text = `table ip t {
	chain a { accept; }
	chain b { tcp dport 1 accept; tcp dport 2 accept; }
	chain in { type filter hook input priority 0; ip saddr vmap { 10.0.0.1 : jump a, 10.0.0.2 : jump b }; }
}
`;
    expect(jumpsIn(treeOf(text, 'in'))).toEqual(['in 1 a', 'in 1 b']);
    expect([...treeOf(text, 'in', 'evaluations').share]).toEqual([0, 1]);
  });

  it('survives chains 50,000 deep', () => {
    const context = contextOf(deep(50_000));
    expect(buildTree(context, chainIn(context, 'INPUT'), 'evaluations').total[0]).toBe(50_000);
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
