/** Known conflicts of Tailscale: its drop of 100.64.0.0/10, its stateful filter, and marks that only an eBPF program could show. */
import { formatIp, ipv4 } from '../../base/ip.ts';
import type { Expression } from '../../model/expression.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Match } from '../../model/statement.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { markWrites } from '../mark-bits.ts';
import { outcomeOf } from '../rule-facts.ts';
import { chainKey, chainName, count, hex, joinWords, programName } from '../words.ts';
import { builtinChains, jumpTo } from './jumps.ts';

export function findTailscaleConflicts(scene: Scene): Draft[] {
  if (!scene.present.has('tailscale')) return [];
  return [...cgnatDrop(scene), ...statefulTailscale(scene), ...ciliumIdentities(scene)];
}

const CGNAT = 0x64400000;

/** ts-input drops 100.64.0.0/10 unless it comes from tailscale0, and some other program's rule names addresses of it. */
function cgnatDrop(scene: Scene): Draft[] {
  return scene.chainsNamed('ts-input').flatMap((chain) => {
    const drop = chain.rules.find((rule) => outcomeOf(rule)?.kind === 'drop' && cgnatAddresses(rule).length > 0);
    if (!drop || scene.graph.reached[chain.id] !== 1) return [];
    const others = scene.ruleset.rules.filter(
      (rule) => scene.programOfRule(rule) !== 'tailscale' && cgnatAddresses(rule).length > 0,
    );
    const first = others[0];
    if (!first) return [];
    const shown = others.slice(0, 200);
    const who = joinWords([...new Set(shown.map((rule) => programName(scene.programOfRule(rule))))]);
    const addresses = joinWords([...new Set(shown.flatMap(cgnatAddresses))]);
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'warning',
        key: [chainKey(chain), 'tailscale-cgnat-drop'],
        title: `Tailscale drops 100.64.0.0/10 from other interfaces, and rules of ${who} use addresses of it: ${addresses}`,
        why: `What ${addresses} ${addresses.includes(' ') ? 'send' : 'sends'} to this node is dropped by rule ${drop.index} of ${chainName(chain)} unless it arrives through tailscale0; ${count(others.length, 'rule')} of ${who} ${others.length === 1 ? 'names' : 'name'} such addresses.`,
        owners: [scene.ownerOf(drop), scene.ownerOf(first)],
        where: [
          rulePlace(drop, 'drops the range unless it comes from tailscale0'),
          ...others
            .slice(0, 4)
            .map((rule) =>
              rulePlace(rule, `${programName(scene.programOfRule(rule))} uses ${joinWords(cgnatAddresses(rule))}`),
            ),
        ],
        sign: 'overruled',
        catalogue: ['tailscale-cgnat-drop'],
      },
    ];
  });
}

/** The addresses and prefixes inside 100.64.0.0/10 that the rule tests or translates to, as text. */
function cgnatAddresses({ body }: Rule): string[] {
  return body.flatMap((statement) => {
    if (statement.kind === 'nat') return inCgnat(statement.address);
    if (statement.kind !== 'match' || statement.left.kind !== 'field') return [];
    return /^ip [sd]addr$/.test(statement.left.name) ? inCgnat(statement.right) : [];
  });
}

function inCgnat(expression: Expression | null): string[] {
  switch (expression?.kind) {
    case 'value':
    case 'prefix': {
      const [address, length] =
        expression.kind === 'value' ? [expression.value, 32] : [expression.address, expression.length];
      if (typeof address !== 'number' || length < 10 || (address & 0xffc00000) >>> 0 !== CGNAT) return [];
      const text = formatIp(ipv4(address));
      return [length === 32 ? text : `${text}/${length}`];
    }
    case 'set':
      return expression.elements.slice(0, 64).flatMap(({ key }) => inCgnat(key));
    default:
      return [];
  }
}

/** ts-forward drops what goes to tailscale0 without an established connection, above Docker. */
function statefulTailscale(scene: Scene): Draft[] {
  return builtinChains(scene, 'filter', 'FORWARD').flatMap((chain) => {
    const jump = jumpTo(chain, /^ts-forward$/);
    const docker = chain.rules.find((rule) => scene.programOfRule(rule) === 'docker');
    const drop = chain.table.chainNamed
      .get('ts-forward')
      ?.rules.find(
        (rule) => outcomeOf(rule)?.kind === 'drop' && rule.body.some(testsState) && rule.body.some(toTailscale),
      );
    if (!jump || !docker || !drop || jump.index > docker.index) return [];
    return [
      {
        mechanism: 'earlier-terminal-verdict-shadows-later-owner',
        severity: 'warning',
        key: [chainKey(chain), 'tailscale-stateful-docker'],
        title: `Tailscale drops new connections of Docker's containers to the tailnet (${chainName(chain)})`,
        why: `With stateful filtering on, rule ${drop.index} of ts-forward drops what leaves through tailscale0 and is not established. The jump to it is rule ${jump.index}, above rule ${docker.index}, Docker's first.${packetsOf(drop)}`,
        owners: [scene.ownerOf(jump), scene.ownerOf(docker)],
        where: [
          rulePlace(drop, 'drops new connections to tailscale0'),
          rulePlace(jump, 'runs first'),
          rulePlace(docker, 'runs later'),
        ],
        sign: 'overruled',
        catalogue: ['tailscale-stateful-docker'],
      },
    ];
  });
}

/** ` It has dropped 12 packets.` */
function packetsOf(rule: Rule): string {
  const counter = rule.body.find((s) => s.kind === 'counter');
  const packets = counter?.kind === 'counter' ? Number(counter.packets ?? 0) : 0;
  return packets > 0 ? ` It has dropped ${count(packets, 'packet')}.` : '';
}

function testsState(statement: { readonly kind: string }): boolean {
  if (statement.kind !== 'match') return false;
  const { left } = statement as Match;
  return left.kind === 'field' && left.name === 'ct state';
}

function toTailscale(statement: { readonly kind: string }): boolean {
  if (statement.kind !== 'match') return false;
  const { left, op, right } = statement as Match;
  if (left.kind !== 'field' || left.name !== 'meta oifname' || op === '!=') return false;
  return (
    (right.kind === 'value' && right.value === 'tailscale0') ||
    (right.kind === 'wildcard' && right.stem === 'tailscale')
  );
}

/**
 * Cilium carries identities in the upper 16 bits of the mark, where Tailscale writes. Its rules do not show them: eBPF programs write and read them
 * (cilium issue 36104), so the rules of Tailscale that write there are all the evidence that a dump has.
 */
function ciliumIdentities(scene: Scene): Draft[] {
  const writers = scene.ruleset.rules.filter(
    (rule) =>
      scene.programOfRule(rule) === 'tailscale' &&
      scene.graph.reached[rule.chain.id] === 1 &&
      markWrites(rule).some((write) => write.kind === 'packet' && bitsOf(write) >>> 16 !== 0),
  );
  const first = writers[0];
  const cilium = scene.ruleset.rules.find(
    (rule) => scene.programOfRule(rule) === 'cilium' && scene.graph.reached[rule.chain.id] === 1,
  );
  if (!first || !cilium) return [];
  const bits = writers.flatMap(markWrites).reduce((all, write) => (all | bitsOf(write)) >>> 0, 0);
  return [
    {
      mechanism: 'mark-bit-collision',
      severity: 'warning',
      key: ['packet', 'identity', 'cilium+tailscale'],
      title: `Tailscale writes mark bits ${hex(bits)}, where Cilium keeps a pod's identity`,
      why: `Cilium's eBPF programs carry the identity of a packet's sender in the upper 16 bits of its mark. What ${chainName(first.chain)} marks arrives with another identity, and Cilium's policies judge it by that.`,
      owners: [scene.ownerOf(first), scene.ownerOf(cilium)],
      where: [
        ...writers.slice(0, 4).map((rule) => rulePlace(rule, `Tailscale writes ${hex(bits)}`)),
        rulePlace(cilium, 'Cilium is active on this node'),
      ],
      sign: 'mark-bits',
      catalogue: ['tailscale-cilium-mark'],
      unknowns: ["which bits Cilium's eBPF programs use"],
    },
  ];
}

function bitsOf({ sets, clears, flips, copies }: ReturnType<typeof markWrites>[number]): number {
  return (sets | clears | flips | copies) >>> 0;
}
