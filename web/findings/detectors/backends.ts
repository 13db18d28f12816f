/**
 * iptables-legacy and nf_tables loaded together: two sets of base chains on the same hooks, each invisible to the other's tools.
 * Kernel: both are evaluated, and a drop in either is final [i1-i4].
 */
import type { Chain, Table } from '../../model/ruleset.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import type { Scene } from '../context.ts';
import { chainPlace, type Draft } from '../draft.ts';
import { backendName, count, joinWords, type Program, programName } from '../words.ts';

export function findBothBackends(scene: Scene): Draft[] {
  return [...bothLoaded(scene), ...saidByHeader(scene)];
}

function bothLoaded(scene: Scene): Draft[] {
  return (['ip', 'ip6'] as const).flatMap((family) => {
    const tables = scene.ruleset.tables.filter((table) => table.family === family || table.family === 'inet');
    const legacy = tables.filter((table) => table.backend === 'iptables-legacy' && weighs(table));
    const modern = tables.filter((table) => isModern(table) && weighs(table));
    return legacy.length > 0 && modern.length > 0 ? [draft(scene, family, legacy, modern)] : [];
  });
}

const OF_KUBERNETES: ReadonlySet<Program> = new Set(['kubelet', 'kube-proxy', 'calico', 'kube-router', 'cilium']);

function isModern({ backend, family }: Table): boolean {
  return backend === 'iptables-nft' || (backend === 'nft' && family !== 'netdev');
}

/** Empty tables with accept policies change nothing, whoever loaded them. */
function weighs(table: Table): boolean {
  return table.chains.some((chain) => chain.base?.policy === 'drop' || chain.rules.length > 0);
}

function draft(scene: Scene, family: 'ip' | 'ip6', legacy: readonly Table[], modern: readonly Table[]): Draft {
  const inLegacy = programsOf(scene, legacy);
  const inModern = programsOf(scene, modern);
  const both = [...inLegacy].filter((program) => inModern.has(program) && program !== UNKNOWN);
  const iptables = modern.some(({ backend }) => backend === 'iptables-nft');
  const what = iptables ? 'iptables-nft' : backendName('nft');
  const kubernetes = [...inLegacy, ...inModern].some((program) => OF_KUBERNETES.has(program));
  const refusing = legacy.some((table) => table.chains.some((chain) => chain.base?.policy === 'drop'));
  const version = family === 'ip' ? 'IPv4' : 'IPv6';
  return {
    mechanism: 'legacy-and-nft-both-loaded',
    severity: both.length > 0 || iptables || refusing ? 'warning' : 'info',
    key: [family],
    title:
      both.length > 0
        ? `${joinWords(both.map(programName))} ${both.length === 1 ? 'has' : 'have'} ${version} rules in both iptables-legacy and ${what}`
        : `iptables-legacy and ${what} both hold ${version} rules on this node`,
    why: `The kernel runs both, and a packet has to pass both: an accept in one does not save it from a drop in the other. iptables-save shows only the side that it was built for${refusing ? ', and the legacy side has a DROP policy' : ''}.`,
    owners: [...legacy, ...modern].flatMap((table) => table.chains.flatMap(scene.ownersIn)),
    where: [...legacy, ...modern].flatMap((table) => {
      const chain = heaviest(table);
      const rules = table.chains.reduce((sum, { rules: own }) => sum + own.length, 0);
      return chain
        ? [
            chainPlace(
              chain,
              `${backendName(table.backend)}: table ${table.family} ${table.name}, ${count(rules, 'rule')}`,
            ),
          ]
        : [];
    }),
    sign: 'note',
    catalogue:
      inLegacy.has('docker') && refusing && !inModern.has('docker')
        ? ['docker-snap-legacy']
        : kubernetes
          ? ['legacy-and-nft-kube']
          : [],
    remedy:
      'Find out which backend each program uses (iptables --version in its image), let all use one, and flush the other.',
  };
}

function programsOf(scene: Scene, tables: readonly Table[]): Set<Program> {
  return new Set(tables.flatMap((table) => table.chains.flatMap(scene.programsIn)));
}

function heaviest(table: Table): Chain | undefined {
  return table.chains.reduce<Chain | undefined>(
    (best, chain) => (best && best.rules.length >= chain.rules.length ? best : chain),
    undefined,
  );
}

/** What iptables-nft-save writes below its listing where the kernel has legacy tables, whether they hold rules or not. */
const WARNING = /^# Warning: (ip6?tables)-legacy tables present/m;

/** The listing says that there is another one, which is not here. */
function saidByHeader(scene: Scene): Draft[] {
  const { tables, dumps } = scene.ruleset;
  if (tables.some(({ backend }) => backend === 'iptables-legacy')) return [];
  const [warned] = dumps.flatMap(({ index, text, start, end }) => {
    const command = WARNING.exec(text.slice(start, end))?.[1];
    return command === undefined ? [] : [{ index, command }];
  });
  const own = tables.filter(({ dump }) => dump === warned?.index);
  const chain = own.map(heaviest).find((each) => each !== undefined);
  if (!warned || !chain) return [];
  const kubernetes = [...programsOf(scene, own)].some((program) => OF_KUBERNETES.has(program));
  return [
    {
      mechanism: 'legacy-and-nft-both-loaded',
      severity: 'info',
      key: ['said-by-the-listing'],
      title: `This node has ${warned.command}-legacy tables too, and they are not among the dumps`,
      why: `The listing of ${backendName('iptables-nft')} says so itself. The kernel runs both, and a packet has to pass both; rules that are missing here may stand there.`,
      owners: own.flatMap((table) => table.chains.flatMap(scene.ownersIn)),
      where: [chainPlace(chain, `its listing warns of ${warned.command}-legacy tables`)],
      sign: 'note',
      catalogue: kubernetes ? ['legacy-and-nft-kube'] : [],
      remedy: `Add the output of ${warned.command}-legacy-save; if it holds no rules, nothing is lost.`,
    },
  ];
}
