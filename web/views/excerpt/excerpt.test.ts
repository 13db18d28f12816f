import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ViewContext } from '../context.ts';
import { chainIn, contextOf } from '../testing.ts';
import { buildExcerpt, type ExcerptRequest } from './excerpt.ts';
import { factsOf, withoutComments } from './strip.ts';

const sample = (path: string): string => readFileSync(new URL(`../../../samples/${path}`, import.meta.url), 'utf8');
const ALL: ExcerptRequest = { chains: null, counters: true, comments: 'all' };

function excerpt(context: ViewContext, request: Partial<ExcerptRequest>): string[] {
  return buildExcerpt(context, { ...ALL, ...request }).documents.map(
    ({ id, text }) => text ?? context.analysis.documents[context.documentIds.indexOf(id)]?.text ?? '?',
  );
}

/** Chains with their rules, without spans and ids. */
function shape(context: ViewContext): Map<string, number> {
  return new Map(
    context.analysis.ruleset.chains.map((chain) => [
      `${chain.table.family} ${chain.table.name} ${chain.name}`,
      chain.rules.length,
    ]),
  );
}

describe('the whole', () => {
  test('is as it is, and says what it tells', () => {
    const context = contextOf(sample('docker-ufw/web-01.save'));
    const answer = buildExcerpt(context, ALL);
    expect(answer.documents).toMatchObject([{ id: 'd0', text: null, counters: true }]);
    expect(answer.documents[0]?.addresses).toBeGreaterThan(5);
    expect(answer.rules).toBe(context.analysis.ruleset.rules.length);
  });

  test.each([
    'docker-ufw/web-01.save',
    'calico-iptables-nft/worker-1.save',
    'calico-nftables/worker-1.nft',
    'home-router/router.nft',
  ])('%s without counters and comments has the same chains and none of either', (path) => {
    const context = contextOf(sample(path));
    const [text = ''] = excerpt(context, { counters: false, comments: 'none' });
    expect(factsOf(text)).toMatchObject({ comments: 0, counters: false });
    const again = contextOf(text);
    expect(shape(again)).toEqual(shape(context));
    expect(again.analysis.ruleset.dumps[0]?.diagnostics).toEqual([]);
  });

  test('Calico’s hashes go without its words', () => {
    const nft = withoutComments(
      'accept comment "cali:AbCdEfGhIjKlMnOp; Policy x"\ndrop comment "cali:AbCdEfGhIjKlMnOp;"\n',
      'nft',
      'no-hashes',
    );
    expect(nft).toBe('accept comment "Policy x"\ndrop\n');
    const save = '-A F -m comment --comment "cali:AbCdEfGhIjKlMnOp" -m comment --comment "a b" -j X\n';
    expect(withoutComments(save, 'iptables-save', 'no-hashes')).toBe('-A F -m comment --comment "a b" -j X\n');
  });

  test('a comment inside of a string is none', () => {
    const text = 'log prefix "a comment " drop comment "b"\n';
    expect(withoutComments(text, 'nft', 'none')).toBe('log prefix "a comment " drop\n');
  });
});

describe('some chains', () => {
  test('come with the chains below them, and nothing else has rules', () => {
    const context = contextOf(sample('flannel-kube-proxy/node-2.save'));
    const chain = context.analysis.ruleset.chains.find(
      ({ name, table }) => name === 'KUBE-SERVICES' && table.name === 'nat',
    );
    if (!chain) throw new Error('not in the sample');
    const [text = ''] = excerpt(context, { chains: [chain.id] });
    const again = contextOf(text);
    const before = shape(context);
    for (const [name, rules] of shape(again)) expect([0, before.get(name)]).toContain(rules);
    expect(again.analysis.ruleset.rules.length).toBeGreaterThan(chain.rules.length);
    expect(again.analysis.graph.dangling).toEqual([]);
  });

  test('come with their sets, maps and ipsets, and without the others', () => {
    const router = contextOf(sample('home-router/router.nft'));
    const input = router.analysis.ruleset.baseChains.find(
      ({ table, base }) => table.name === 'router' && base?.hook === 'input',
    );
    const [text = ''] = excerpt(router, { chains: [input?.id ?? -1] });
    expect(text).toContain('set admin_hosts');
    expect(text).toContain('counter wan_dropped');
    expect(text).not.toContain('bogons');
    expect(text).not.toContain('table ip nat');
    const calico = contextOf(sample('legacy-and-nft/node.save'), sample('legacy-and-nft/node.ipset'));
    const texts = excerpt(calico, { chains: [chainIn(calico, 'cali-nat-outgoing').id] });
    expect(texts).toHaveLength(2);
    expect(texts[1]?.match(/^create/gm)).toHaveLength(2);
  });

  test('of a JSON listing are printed', () => {
    const json = JSON.stringify({
      nftables: [
        { table: { family: 'ip', name: 't', handle: 1 } },
        { chain: { family: 'ip', table: 't', name: 'a', handle: 1 } },
        { chain: { family: 'ip', table: 't', name: 'b', handle: 2 } },
        { rule: { family: 'ip', table: 't', chain: 'a', handle: 3, expr: [{ accept: null }] } },
        { rule: { family: 'ip', table: 't', chain: 'b', handle: 4, expr: [{ drop: null }] } },
      ],
    });
    const context = contextOf(json);
    const [text = ''] = excerpt(context, { chains: [chainIn(context, 'a').id] });
    expect(text).toContain('accept');
    expect(text).not.toContain('drop');
  });
});

describe('on this machine', () => {
  const works = (() => {
    try {
      execFileSync('unshare', ['-n', 'true'], { stdio: 'ignore' });
      execFileSync('nft', ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();

  test.runIf(works)(
    'nft and iptables-restore load what is left',
    () => {
      const load = (command: string, input: string): void => {
        execFileSync('unshare', ['-n', 'sh', '-c', command], { input, stdio: ['pipe', 'ignore', 'pipe'] });
      };
      const router = contextOf(sample('home-router/router.nft'));
      for (const chain of router.analysis.ruleset.baseChains.filter(({ table }) => table.family !== 'netdev')) {
        const [text = ''] = excerpt(router, { chains: [chain.id], counters: false, comments: 'none' });
        load('nft -c -f -', text);
      }
      const kube = contextOf(sample('flannel-kube-proxy/node-2.save'));
      for (const chain of kube.analysis.ruleset.baseChains) {
        const [text = ''] = excerpt(kube, { chains: [chain.id], comments: 'none' });
        load('iptables-nft-restore --test', text);
      }
    },
    120_000,
  );
});
