/**
 * Random nodes with two made-up owners, A and B, for tools that try what is said of their order: rules of both in the same base chains, base chains of both
 * on the same hooks, marks that one sets and the other asks for, NAT by both, of nft, iptables and both. A comment says whose a rule is. The same
 * seed gives the same nodes.
 */
import { generator, pick, type Random } from './draw.ts';
import { chain, natChain, nftRules, XT_TABLES, xtRules } from './random-traces.ts';
import { draw, ipsetsOf, NFT_SETS, type Version } from './trace-grammar.ts';

export interface RandomNode {
  readonly name: string;
  readonly rulesets: readonly { readonly format: string; readonly text: string }[];
  readonly ipset: string | null;
  readonly version: Version;
}

const FORMATS = ['nft', 'nft', 'nft', 'iptables-nft', 'iptables-legacy', 'both'] as const;

/** Nodes from number `first` on; node i of a seed is the same wherever it is begun. */
export function* twoOwners(seed: number, count: number, first = 0): Generator<RandomNode> {
  for (let i = first; i < first + count; i++) {
    const random = generator(seed * 1_000_003 + i * 7919);
    random();
    yield node(`two-${seed}-${i}`, random);
  }
}

function node(name: string, random: Random): RandomNode {
  const version: Version = random() < 0.6 ? 4 : 6;
  const format = pick(random, FORMATS);
  const tool = version === 4 ? 'iptables' : 'ip6tables';
  const saved = (engine: string) => ({ format: `${tool}-${engine}`, text: saveText(version, random) });
  const ipset = ipsetsOf(version, random);
  switch (format) {
    case 'nft':
      return { name, version, ipset: null, rulesets: [{ format: 'nft', text: nftText(version, random) }] };
    case 'both':
      return { name, version, ipset, rulesets: [{ format: 'nft', text: nftText(version, random) }, saved('legacy')] };
    default:
      return { name, version, ipset, rulesets: [saved(format === 'iptables-nft' ? 'nft' : 'legacy')] };
  }
}

/**
 * What the kernel draws or counts anew for each packet shows nothing of an order; copies, zones and programs are other questions. A length that is copied to the mark
 * makes sets of packets too large (diagram/README, "Limits").
 */
const UNSTEADY =
  /\bdup\b|@dyn|queue|random|NFQUEUE|TEE|-j SET|helper|statistic|nftrace|physdev|LOG|log prefix|dynset|CT --zone|set meta length/;

function steady(rules: readonly string[]): string[] {
  return rules.filter((rule) => !UNSTEADY.test(rule));
}

const owner = (random: Random) => pick(random, ['A', 'B']);

// nft --------------------------------------------------------------------------------------------------------------------------

const HOOKS = ['prerouting', 'input', 'forward', 'forward', 'forward', 'output', 'postrouting'] as const;
const PRIORITIES = [-300, -150, -50, 0, 0, 0, 5, 50] as const;

function nftText(version: Version, random: Random): string {
  const own = version === 4 ? 'ip' : 'ip6';
  const family = () => (random() < 0.4 ? 'inet' : own);
  // A hook that all share, so that they meet.
  const hook = pick(random, HOOKS);
  return [
    nftTable(family(), 'shared', null, hook, version, random),
    ...(random() < 0.6 ? [nftTable(family(), 'a', 'A', hook, version, random)] : []),
    ...(random() < 0.6 ? [nftTable(family(), 'b', 'B', hook, version, random)] : []),
  ].join('');
}

function nftTable(
  family: string,
  name: string,
  whose: string | null,
  hook: string,
  version: Version,
  random: Random,
): string {
  const told = (rules: readonly string[]) => steady(rules).map((rule) => `${rule} comment "${whose ?? owner(random)}"`);
  const base: string[] = [];
  if (random() < 0.45) {
    const { head, rules } = natChain(family, version, random);
    base.push(chain('nat', told(rules), head));
  }
  const count = whose ? 1 + Math.floor(random() * 2) : 2 + Math.floor(random() * 2);
  for (let i = 0; i < count; i++) {
    const at = i === 0 || random() < 0.3 ? hook : pick(random, HOOKS);
    const head = `type filter hook ${at} priority ${pick(random, PRIORITIES)}; policy ${random() < 0.12 ? 'drop' : 'accept'};`;
    base.push(chain(`base${i}`, told(nftRules(at, whose ? 3 : 6, true, family, version, random)), head));
  }
  const users = ['c3', 'c2', 'c1'].map((user) => {
    const below = user === 'c3' ? [] : user === 'c2' ? ['c3'] : ['c2', 'c3'];
    return chain(user, told(nftRules('', 2, below, family, version, random)), '');
  });
  return `table ${family} ${name} {\n ${draw(NFT_SETS, version, random)}\n${users.join('')}${base.join('')}}\n`;
}

// iptables -----------------------------------------------------------------------------------------------------------------------

function saveText(version: Version, random: Random): string {
  const tables = (Object.keys(XT_TABLES) as (keyof typeof XT_TABLES)[]).filter(
    (table) => table === 'filter' || random() < 0.5,
  );
  return tables
    .map((table) => {
      const told = (rules: readonly string[]) =>
        steady(rules).map((rule) =>
          rule.replace(/^-A \S+/, (start) => `${start} -m comment --comment ${owner(random)}`),
        );
      const rules = (name: string, jumps: readonly number[], times: number) =>
        Array.from({ length: times }, () => told(xtRules(table, name, jumps, version, random))).flat();
      return [
        `*${table}`,
        ...XT_TABLES[table].map(
          (name) => `:${name} ${table === 'filter' && random() < 0.12 ? 'DROP' : 'ACCEPT'} [0:0]`,
        ),
        ...['c1', 'c2', 'c3'].map((name) => `:${name} - [0:0]`),
        ...XT_TABLES[table].flatMap((name) => rules(name, [1, 2, 3], 2)),
        ...rules('c1', [2, 3], 1),
        ...rules('c2', [3], 1),
        ...rules('c3', [], 1),
        'COMMIT',
        '',
      ].join('\n');
    })
    .join('');
}
