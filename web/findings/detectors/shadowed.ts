/**
 * Rules behind an unconditional end of their chain: no packet gets to them. Certain cases only: an unconditional verdict, or an
 * unconditional jump to a chain that no packet comes back from. In a base chain, other programs' rules behind it are shadowed by its owner.
 */
import type { Rule } from '../../model/ruleset.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import { acceptedTraffic, isCovered, networksMeet, trafficOf } from '../accepted-traffic.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { ACCEPTS, effectsOf, outcomeOf, TRANSLATES, testsStateOnly } from '../rule-facts.ts';
import { chainKey, chainName, count, joinWords, type Program, programName, programOf } from '../words.ts';

export function findShadowedRules(scene: Scene): Draft[] {
  return scene.ruleset.chains.flatMap((chain) => {
    if (chain.rules.length < 2 || scene.graph.reached[chain.id] !== 1) return [];
    const end = scene.endOf(chain);
    const tail = end ? chain.rules.slice(end.index) : [];
    if (!end || !tail.some((rule) => matters(rule))) return [];
    const others = [...new Set(tail.map(scene.programOfRule))].filter(
      (program) => program !== scene.programOfRule(end),
    );
    if (others.length > 0) return [shadowed(scene, end, tail, others)];
    return isWrittenByPeople(scene, end) ? [dead(scene, end, tail)] : [];
  });
}

/** Programs that put rules of people into their chains. What others generate for themselves is no mistake
 * (firewalld's final reject behind a zone that takes everything, Calico's chains on a node without pods). */
const FRONT_ENDS: ReadonlySet<Program> = new Set([UNKNOWN, 'ufw']);

function isWrittenByPeople(scene: Scene, end: Rule): boolean {
  return end.chain.name === 'DOCKER-USER' || FRONT_ENDS.has(scene.programOfRule(end));
}

/** A second RETURN at a chain's end, or a rule that only counts, is nobody's loss. */
function matters(rule: Rule): boolean {
  return effectsOf(rule) !== 0 || outcomeOf(rule)?.kind === 'jump' || outcomeOf(rule)?.kind === 'goto';
}

function shadowed(scene: Scene, end: Rule, tail: readonly Rule[], others: readonly Program[]): Draft {
  const { chain } = end;
  const ender = scene.programOfRule(end);
  const lost = tail.filter((rule) => others.includes(scene.programOfRule(rule)));
  const names = joinWords(others.map((program) => possessive(programName(program))));
  return {
    mechanism: 'earlier-terminal-verdict-shadows-later-owner',
    severity: lost.length > 0 && isLoss(scene, end, lost) ? 'error' : 'warning',
    key: [chainKey(chain), ender, ...others],
    title: `No packet gets to ${names} ${lostWords(lost)} in ${chainName(chain)}: ${programName(ender)} ${ends(end)} first`,
    why: `Rule ${end.index} matches every packet and ${ends(end)}, so the rules below it, from rule ${lost[0]?.index ?? end.index + 1} on, are never evaluated, whatever they say.`,
    owners: [scene.ownerOf(end), ...lost.slice(0, 200).map(scene.ownerOf)],
    where: places(scene, end, lost),
    marks: boundary(scene, end),
    sign: 'overruled',
    catalogue: knownShadow(scene, end, others),
    ...(knownShadow(scene, end, others).length > 0
      ? {}
      : { remedy: `Move rule ${end.index} below the other rules, or make it the chain's policy.` }),
  };
}

/** `rule 8`, `rules 13 and 14`, `12 rules`. */
function lostWords(lost: readonly Rule[]): string {
  if (lost.length > 3) return count(lost.length, 'rule');
  return `${lost.length === 1 ? 'rule' : 'rules'} ${joinWords(lost.map(({ index }) => String(index)))}`;
}

/**
 * Whether traffic is lost for certain: the end refuses everything, and a program that accepts below it accepts no new connection above it, nor does
 * anybody else for its interfaces or networks.
 */
function isLoss(scene: Scene, end: Rule, lost: readonly Rule[]): boolean {
  const { chain } = end;
  const kind = outcomeOf(end)?.kind;
  if ((kind !== 'drop' && kind !== 'reject') || (chain.base?.hook !== 'forward' && chain.base?.hook !== 'input'))
    return false;
  const losers = lost.filter(
    (rule) =>
      scene.programOfRule(rule) !== UNKNOWN && (scene.effectsBelow(chain, rule.index, rule.index) & ACCEPTS) !== 0,
  );
  const through = acceptedTraffic(scene, chain);
  return [...new Set(losers.map(scene.programOfRule))].some((program) => {
    if (acceptsAbove(scene, end, program)) return false;
    const own = trafficOf(scene, program);
    const letThrough = [...own.interfaces].some((name) => isCovered(name, through));
    return !letThrough && !networksMeet(own.networks, through.networks);
  });
}

/** Whether a rule of the program above the end, or below one, accepts more than what is established. */
function acceptsAbove(scene: Scene, end: Rule, program: Program): boolean {
  const accepts = (rule: Rule): boolean =>
    scene.programOfRule(rule) === program && outcomeOf(rule)?.kind === 'accept' && !testsStateOnly(rule);
  let found = end.chain.rules.slice(0, end.index - 1).some(accepts);
  if (end.index < 2) return found;
  scene.graph.visitBelow(end.chain.id, 1, end.index - 1, (id) => {
    found ||= scene.ruleset.chains[id]?.rules.some(accepts) ?? false;
  });
  return found;
}

function possessive(name: string): string {
  return `${name}'s`;
}

function dead(scene: Scene, end: Rule, tail: readonly Rule[]): Draft {
  const { chain } = end;
  const owner = scene.programOfRule(end);
  const byHand = owner === UNKNOWN || chain.name === 'DOCKER-USER';
  const first = tail[0] as Rule;
  const last = tail.at(-1) as Rule;
  const range = first === last ? `Rule ${first.index}` : `Rules ${first.index} to ${last.index}`;
  return {
    mechanism: 'dead-rule',
    severity: byHand ? 'warning' : 'info',
    key: [chainKey(chain)],
    title: `${range} of ${chainName(chain)} can never match: rule ${end.index} above ${ends(end)}`,
    why: `Rule ${end.index} matches every packet and nothing goes on behind it. ${tail.length === 1 ? 'The rule below it has' : 'The rules below it have'} no effect.`,
    owners: [scene.ownerOf(end), scene.ownerOf(first)],
    where: places(scene, end, tail),
    sign: 'note',
    remedy: byHand
      ? `Put ${tail.length === 1 ? 'it' : 'them'} above rule ${end.index}: iptables -I instead of -A.`
      : null,
  };
}

function ends(end: Rule): string {
  const outcome = outcomeOf(end);
  switch (outcome?.kind) {
    case 'accept':
      return 'accepts everything';
    case 'drop':
      return 'drops everything';
    case 'reject':
      return 'rejects everything';
    case 'return':
      return 'returns';
    case 'queue':
      return 'queues everything';
    case 'goto':
      return `goes to ${outcome.chain} for good`;
    case 'jump':
      return `sends everything to ${outcome.chain}, which lets nothing come back`;
    default:
      return effectsOf(end) & TRANSLATES ? 'translates everything' : 'ends the chain';
  }
}

function places(scene: Scene, end: Rule, tail: readonly Rule[]) {
  const shown = tail.slice(0, 12);
  return [
    rulePlace(end, `${programName(scene.programOfRule(end))} ${ends(end)}`),
    ...shown.map((rule) => rulePlace(rule, `never reached (${programName(scene.programOfRule(rule))})`)),
  ];
}

function boundary(scene: Scene, end: Rule) {
  const segment = scene.segments(end.chain).findIndex(({ from }) => from > end.index);
  return segment > 0 && end.chain.base ? [{ chain: end.chain.id, segment }] : [];
}

function knownShadow(scene: Scene, end: Rule, others: readonly Program[]): string[] {
  const kind = outcomeOf(end)?.kind;
  if (end.chain.base?.hook !== 'forward' && end.chain.base?.hook !== 'input') return [];
  if (kind !== 'reject' && kind !== 'drop') return [];
  const ender = programOf(scene.ownerOf(end));
  const known: string[] = [];
  if (others.includes('calico')) known.push('calico-append-vs-firewalld-reject');
  if (others.includes('docker') && ender === UNKNOWN) known.push('docker-append-behind-drop');
  if (others.includes('kube-router')) known.push('kube-router-accept-position');
  return known;
}
