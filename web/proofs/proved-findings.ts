/**
 * The findings with what was proved: contentions that are order-sensitive get their witnesses, benign ones say so once for each pair of programs, and
 * rules that decide nothing are added. Pure: the same proofs give the same list.
 */
import type { Scene } from '../findings/context.ts';
import { GENERAL_REFUSERS } from '../findings/detectors/overruled-accept.ts';
import { orderDraft } from '../findings/detectors/same-chain-order.ts';
import { type Draft, finding } from '../findings/draft.ts';
import { sortFindings } from '../findings/find.ts';
import type { Finding, FindingProof, FindingSeverity } from '../findings/finding.ts';
import {
  chainKey,
  chainName,
  joinWords,
  programName,
  programNameFirst,
  programOf,
  suiteOf,
} from '../findings/words.ts';
import type { Chain } from '../model/ruleset.ts';
import { type OwnerId, UNKNOWN } from '../owners/owner.ts';
import { anyAsksWayBack } from './assumed.ts';
import { partyName } from './change.ts';
import { deadFindings } from './dead-findings.ts';
import type { Overruled } from './overruled.ts';
import { LATE, type PointProof, type Proofs } from './prove.ts';

/** `found`: what the detectors say. Cost: linear in findings and points, times the places of each. */
export function withProofs(scene: Scene, found: readonly Finding[], proofs: Proofs): Finding[] {
  const { points } = proofs;
  const chains = new Set(points.flatMap(({ point }) => (point.kind === 'chain' ? [point.chain.id] : [])));
  const kept = found
    .filter(
      (each) => !(each.mechanism === 'same-chain-order' && each.catalogue.every(isGeneral) && isAbout(each, chains)),
    )
    .map((each) => withShown(proven(scene, each, points, proofs.overruled), proofs.shown));
  return sortFindings([
    ...kept,
    ...points.flatMap((each) => orderFinding(scene, each, found)),
    ...overruledFindings(scene, found, proofs.overruled),
    ...benignFindings(scene, points),
    ...deadFindings(scene, proofs.dead, found),
  ]);
}

/** The entry that every chain with Calico in it is an instance of. */
function isGeneral(id: string): boolean {
  return id === 'calico-insert-vs-everyone';
}

function isAbout({ where }: Finding, chains: ReadonlySet<number>): boolean {
  return where.length > 0 && where.every(({ chain }) => chains.has(chain));
}

// Findings that are there ------------------------------------------------------------------------------------------------------

function proven(scene: Scene, each: Finding, points: readonly PointProof[], overruled: readonly Overruled[]): Finding {
  if (each.mechanism === 'later-base-chain-overrides-accept') return withOverruled(scene, each, overruled);
  const parties = new Set(each.owners.map((owner) => suiteOf(programOf(owner))));
  const chains = new Set(each.where.map(({ chain }) => chain));
  const own = points.filter(({ point }) => concerns(point, parties, chains));
  const sensitive = own.filter(({ state }) => state === 'order-sensitive' || state === 'mark-only');
  if (sensitive.length > 0 && ABOUT_ORDER.has(each.mechanism)) return sensitiveFinding(each, sensitive);
  if (own.length > 0 && own.every(({ state }) => state === 'benign') && ABOUT_ORDER.has(each.mechanism)) {
    return {
      ...each,
      orderSensitive: false,
      proof: { state: 'benign', sentence: benignSentence(scene, own), witnesses: [] },
    };
  }
  return each;
}

function withShown(each: Finding, shown: Proofs['shown']): Finding {
  const witness = shown.get(each.id);
  if (!witness || each.proof) return each;
  return {
    ...each,
    proof: { state: 'shown', sentence: witness.sentence, witnesses: [witness] },
    sign: each.sign === 'undecided' ? 'attention' : each.sign,
  };
}

/** Findings of these are settled by an order that does not matter. */
const ABOUT_ORDER: ReadonlySet<Finding['mechanism']> = new Set(['same-hook-same-priority', 'same-chain-order']);

/** A point speaks for a finding about the same two programs in its chain, or about the same base chains. */
function concerns(point: PointProof['point'], parties: ReadonlySet<string>, chains: ReadonlySet<number>): boolean {
  if (point.kind === 'hook') return point.chains.every(({ id }) => chains.has(id));
  return parties.size === 2 && chains.has(point.chain.id) && point.parties.every((party) => parties.has(party));
}

function sensitiveFinding(each: Finding, sensitive: readonly PointProof[]): Finding {
  const witnesses = sensitive.flatMap((point) => point.witnesses).slice(0, MOST_OF_POINTS);
  const state = sensitive.some((point) => point.state === 'order-sensitive') ? 'order-sensitive' : 'mark-only';
  const proof: FindingProof = { state, sentence: sensitiveSentence(sensitive), witnesses };
  return {
    ...each,
    severity: state === 'order-sensitive' && each.severity === 'info' ? 'warning' : each.severity,
    orderSensitive: true,
    proof,
    sign: each.sign === 'undecided' ? state : each.sign,
    unknowns: unknownsOf(each.unknowns, sensitive),
  };
}

const MOST_WITNESSES = 8;
/** One for each kind of difference of each point: of eight points all. */
const MOST_OF_POINTS = 32;

function withOverruled(scene: Scene, each: Finding, overruled: readonly Overruled[]): Finding {
  const own = overruled.filter((one) => speaksOf(each, one));
  const [first] = own;
  if (!first) return each;
  const places = own.slice(0, MOST_WITNESSES).map(({ acceptRule, accepter }) => ({
    chain: acceptRule.chain.id,
    rule: acceptRule.id,
    note: `accepts a packet that is refused later: ${programName(accepter)}`,
  }));
  // One rule may accept for several chains that refuse.
  const once = places.filter(({ rule }, at) => places.findIndex((place) => place.rule === rule) === at);
  return {
    ...each,
    severity: each.severity === 'info' ? 'warning' : each.severity,
    proof: {
      state: 'shown',
      sentence: first.witness.sentence,
      witnesses: own.slice(0, MOST_WITNESSES).map(({ witness }) => witness),
    },
    sign: 'overruled',
    where: [...each.where, ...once.filter((place) => !each.where.some(({ rule }) => rule === place.rule))],
    marks:
      each.marks.length > 0
        ? each.marks
        : own.map(({ refusing }) => ({ chain: refusing.id, segment: scene.segments(refusing).length })),
  };
}

/** Accepts that are overruled, where no finding of the detectors speaks of the two. */
function overruledFindings(scene: Scene, found: readonly Finding[], overruled: readonly Overruled[]): Finding[] {
  const told = found.filter(({ mechanism }) => mechanism === 'later-base-chain-overrides-accept');
  const byPair = new Map<string, Overruled[]>();
  for (const each of overruled) {
    if (!isNews(each) || told.some((one) => speaksOf(one, each))) continue;
    const key = `${chainKey(each.accepting)}/${each.accepter}/${chainKey(each.refusing)}`;
    const known = byPair.get(key);
    if (known) known.push(each);
    else byPair.set(key, [each]);
  }
  return [...byPair].map(([key, group]) => overruledFinding(scene, key, group));
}

/** What a firewall or a policy refuses may be anybody's; what kube-proxy, Calico or Docker refuse under conditions is their own Services', pods' and bridges'. */
function isNews({ refuser, witness }: Overruled): boolean {
  return GENERAL_REFUSERS.has(refuser) || witness.asIs.includes(' by the policy of ');
}

/** Whether a finding of the detectors is about the two: its places name the accepting chain, its owners both. */
function speaksOf({ where, owners }: Finding, { accepting, accepter, refuser }: Overruled): boolean {
  const parties = new Set(owners.map((owner) => suiteOf(programOf(owner))));
  return where.some(({ chain }) => chain === accepting.id) && parties.has(accepter) && parties.has(refuser);
}

function overruledFinding(scene: Scene, key: string, group: readonly Overruled[]): Finding {
  const { accepting, accepter, acceptRule, refusing, refuser, witness } = group[0] as Overruled;
  const made = finding({
    mechanism: 'later-base-chain-overrides-accept',
    severity: 'warning',
    key: ['proved', ...key.split('/')],
    title: `${programNameFirst(accepter)} accepts in ${chainName(accepting)} what ${partyName(refuser)} refuses later in ${chainName(refusing)}`,
    why: 'An accept ends its own base chain only: the packet goes on to the next one of the hook, in whatever order the two stand.',
    owners: [...new Set([scene.ownerOf(acceptRule), ...scene.ownersIn(refusing)])],
    where: [
      { chain: acceptRule.chain.id, rule: acceptRule.id, note: `accepts it: ${programName(accepter)}` },
      { chain: refusing.id, rule: null, note: `refuses it: ${partyName(refuser)}` },
    ],
    marks: [{ chain: refusing.id, segment: scene.segments(refusing).length }],
    sign: 'overruled',
    remedy: `Accept it in ${chainName(refusing)} too, with ${partyName(refuser)}'s own means.`,
  });
  const witnesses = group.slice(0, MOST_WITNESSES).map((each) => each.witness);
  return { ...made, proof: { state: 'shown', sentence: witness.sentence, witnesses } };
}

// Orders -----------------------------------------------------------------------------------------------------------------------

/** Points that are order-sensitive or not decided, where no finding speaks of them already. */
function orderFinding(scene: Scene, proof: PointProof, found: readonly Finding[]): Finding[] {
  const { point, state } = proof;
  if (state === 'benign') return [];
  const draft = point.kind === 'chain' ? orderDraft(scene, point.chain, point.parties) : hookDraft(scene, proof, found);
  if (!draft) return [];
  const made = finding({ ...draft, key: [...draft.key.filter((part) => part !== 'all')] });
  if (state === 'undecided') {
    return [
      {
        ...made,
        severity: 'info',
        sign: 'undecided',
        proof: { state, sentence: undecidedSentence(proof), witnesses: proof.witnesses },
        unknowns: proof.unknowns,
      },
    ];
  }
  const severity: FindingSeverity = state === 'order-sensitive' ? 'warning' : 'info';
  const title =
    state === 'order-sensitive'
      ? `${made.title}, and the order matters`
      : `${made.title}: the order only changes ${minorWords(proof)}`;
  return [
    {
      ...made,
      title,
      severity: draft.severity === 'error' ? 'error' : severity,
      orderSensitive: true,
      sign: state,
      proof: { state, sentence: sensitiveSentence([proof]), witnesses: proof.witnesses },
      unknowns: proof.unknowns,
    },
  ];
}

function minorWords({ witnesses }: PointProof): string {
  const words = [
    ...(witnesses.some(({ kind }) => kind === 'mark') ? ['marks'] : []),
    ...(witnesses.some(({ kind }) => kind === 'snat') ? ['how source ports are chosen'] : []),
  ];
  return joinWords(words);
}

/** Base chains on one hook whose order matters, unless a finding about their equal priorities says it. */
function hookDraft(scene: Scene, { point, witnesses, state }: PointProof, found: readonly Finding[]): Draft | null {
  if (point.kind !== 'hook' || (state === 'undecided' && witnesses.length === 0)) return null;
  const ids = new Set(point.chains.map(({ id }) => id));
  const isTold = found.some(
    ({ mechanism, where }) =>
      mechanism === 'same-hook-same-priority' && where.filter(({ chain }) => ids.has(chain)).length >= 2,
  );
  if (isTold) return null;
  const [a, b] = point.parties;
  const kind = witnesses[0]?.kind;
  const hook = point.hook.device === null ? point.hook.hook : `${point.hook.hook} of ${point.hook.device}`;
  return {
    mechanism:
      kind === 'dnat' || kind === 'snat'
        ? 'nat-capture'
        : kind === 'mark'
          ? 'mark-bit-collision'
          : 'earlier-terminal-verdict-shadows-later-owner',
    severity: 'warning',
    key: [point.id],
    title: `On the hook ${hook}, ${partyName(a)} runs before ${partyName(b)}`,
    why: 'Their base chains run one after the other on this hook, by their priorities; what the first one does is what the second one sees.',
    owners: ownersOf(scene, point.chains),
    where: point.chains.map((chain) => ({ chain: chain.id, rule: null, note: chainNote(point, chain) })),
    marks: point.chains.slice(1).map((chain) => ({ chain: chain.id, segment: 0 })),
    sign: 'order-sensitive',
    remedy: null,
  };
}

function chainNote({ hook }: Extract<PointProof['point'], { kind: 'hook' }>, chain: Chain): string {
  const place = hook.chains.find((each) => each.chain === chain);
  return `runs at priority ${place?.effectivePriority ?? 0}, ${place ? ordinal(place.position) : 'somewhere'} on ${hook.hook}`;
}

function ordinal(position: number): string {
  const n = position + 1;
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}

function ownersOf(scene: Scene, chains: readonly Chain[]): OwnerId[] {
  const all = [...new Set(chains.flatMap((chain) => scene.ownersIn(chain)))];
  const named = all.filter((owner) => owner !== UNKNOWN);
  return named.length > 0 ? named : all;
}

// Benign -----------------------------------------------------------------------------------------------------------------------

/** One finding for each pair, over all chains in which it was proved. */
function benignFindings(scene: Scene, points: readonly PointProof[]): Finding[] {
  const byPair = new Map<string, PointProof[]>();
  for (const each of points) {
    if (each.state !== 'benign') continue;
    const key = [...each.point.parties].sort().join('+').replaceAll(' ', '.');
    const known = byPair.get(key);
    if (known) known.push(each);
    else byPair.set(key, [each]);
  }
  return [...byPair].map(([key, group]) => benignFinding(scene, key, group));
}

function benignFinding(scene: Scene, key: string, group: readonly PointProof[]): Finding {
  const [a, b] = (group[0] as PointProof).point.parties;
  const places = joinWords(
    group.map(({ point }) => placeName(point)),
    5,
  );
  const drafts = group.map(({ point }) =>
    point.kind === 'chain' ? orderDraft(scene, point.chain, point.parties) : null,
  );
  const chains = group.flatMap(({ point }) => (point.kind === 'chain' ? [point.chain] : point.chains));
  const owners = drafts.flatMap((draft) => draft?.owners ?? []);
  const sentence = benignSentence(scene, group);
  const made = finding({
    mechanism: group.some(({ point }) => point.kind === 'chain') ? 'same-chain-order' : 'same-hook-same-priority',
    severity: 'info',
    key: ['benign', key],
    title: `The order of ${partyName(a)} and ${partyName(b)} does not matter in ${places}`,
    why: 'Both write rules there. Turned round, every packet would be delivered, refused, translated and marked as it is now.',
    owners: owners.length > 0 ? owners : ownersOf(scene, chains),
    where: chains.map((chain) => ({
      chain: chain.id,
      rule: null,
      note: `${chainName(chain)}: proved for all packets`,
    })),
    marks: drafts.flatMap((draft, i) => draft?.marks ?? hookMarks((group[i] as PointProof).point)),
    sign: 'benign',
    remedy: null,
    unknowns: unknownsOf([], group),
  });
  return { ...made, orderSensitive: false, proof: { state: 'benign', sentence, witnesses: [] } };
}

function hookMarks(point: PointProof['point']) {
  return point.kind === 'hook' ? point.chains.slice(1).map((chain) => ({ chain: chain.id, segment: 0 })) : [];
}

function placeName(point: PointProof['point']): string {
  if (point.kind === 'chain') return chainName(point.chain);
  return `the hook ${point.hook.device === null ? point.hook.hook : `${point.hook.hook} of ${point.hook.device}`}`;
}

// Sentences --------------------------------------------------------------------------------------------------------------------

function sensitiveSentence(points: readonly PointProof[]): string {
  const first = points.flatMap(({ witnesses }) => witnesses)[0];
  const where = joinWords([...new Set(points.map(({ point }) => placeName(point)))], 3);
  const others = points.flatMap(openSentence);
  return [`Proved with a packet, in ${where}: ${first?.sentence ?? ''}`, ...new Set(others)].join(' ');
}

const KIND_WORDS: Readonly<Record<PointProof['open'][number], string>> = {
  verdict: 'who is delivered',
  dnat: 'new destinations',
  snat: 'new sources',
  mark: 'marks',
};

/** Nothing where no kind of difference is left open, or where they are still to be looked for. */
function openSentence({ open, openReason }: PointProof): string[] {
  if (openReason === null) return [];
  const kinds = joinWords(open.map((kind) => KIND_WORDS[kind]));
  return [
    openReason === LATE
      ? `Other kinds of difference (${kinds}) were not looked for: ${openReason}.`
      : `Whether it also changes ${kinds} is not decided: ${openReason}.`,
  ];
}

function undecidedSentence({ witnesses, reason }: PointProof): string {
  const why = reason ?? 'no reason is known';
  const [first] = witnesses;
  return first === undefined
    ? `Whether their order matters is not decided: ${why}.`
    : `${first.sentence} Whether their order takes packets elsewhere is not decided: ${why}.`;
}

function benignSentence(scene: Scene, points: readonly PointProof[]): string {
  const unknowns = unknownsOf([], points);
  const wayBack = anyAsksWayBack(scene.ruleset)
    ? ' Packets are taken to come in by the interface that leads back to their source.'
    : '';
  const upTo =
    unknowns.length === 0
      ? ''
      : `, whatever the answer is to ${joinWords(
          unknowns.map((text) => `“${text}”`),
          4,
        )}`;
  return `Proved benign: no packet has another fate with the order turned round${upTo}.${wayBack}`;
}

function unknownsOf(own: readonly string[], points: readonly PointProof[]): string[] {
  return [...new Set([...own, ...points.flatMap(({ unknowns }) => unknowns)])];
}
