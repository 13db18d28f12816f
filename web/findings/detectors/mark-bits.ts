/**
 * Programs that share bits of the packet or connection mark. Only what the rules themselves write and test counts, with their exact masks;
 * marks that come from elsewhere (a socket's fwmark, an eBPF program) show where rules test their value.
 */
import { pushAll } from '../../base/lists.ts';
import type { Rule } from '../../model/ruleset.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import type { FindingPlace, FindingSeverity } from '../finding.ts';
import { type MarkKind, type MarkWrite, markTests, markWrites } from '../mark-bits.ts';
import { createMarkOrder, type MarkOrder } from '../mark-order.ts';
import { collectMarks, type Usage } from '../mark-usage.ts';
import { effectsOf, REFUSES } from '../rule-facts.ts';
import { chainName, hex, joinWords, type Program, programName, programNameFirst } from '../words.ts';

/** Bits that programs share on purpose: neither side is wrong. */
const BY_DESIGN: readonly { readonly programs: readonly [Program, Program]; readonly bits: number }[] = [
  { programs: ['kube-proxy', 'kubelet'], bits: 0xc000 },
  // Both read kube-proxy's masquerade bit in order to leave its packets alone; GKE's netd sets it to get them masqueraded.
  { programs: ['flannel', 'kube-proxy'], bits: 0x4000 },
  { programs: ['flannel', 'kubelet'], bits: 0x4000 },
  { programs: ['cilium', 'kube-proxy'], bits: 0x4000 },
  { programs: ['cilium', 'kubelet'], bits: 0x4000 },
  { programs: ['gke', 'kube-proxy'], bits: 0x4000 },
  { programs: ['gke', 'kubelet'], bits: 0x4000 },
];

/** What their rules show of it is the smaller part: see known/tailscale.ts. */
const TOLD_ELSEWHERE: readonly (readonly [Program, Program])[] = [['cilium', 'tailscale']];

/** They mean the same by the bit (masquerade), so sharing it is a nuisance at most. */
const SAME_MEANING: readonly (readonly [Program, Program])[] = [['cni-portmap', 'netavark']];

const KNOWN: readonly { readonly programs: readonly [Program, Program]; readonly id: string }[] = [
  { programs: ['calico', 'tailscale'], id: 'tailscale-calico-mark' },
  { programs: ['cni-portmap', 'netavark'], id: 'portmap-netavark-same-bit' },
  { programs: ['azure-cni', 'cni-portmap'], id: 'portmap-netavark-same-bit' },
  { programs: ['calico', 'submariner'], id: 'submariner-mark' },
  { programs: ['submariner', 'tailscale'], id: 'submariner-mark' },
  { programs: ['calico', 'egressgateway'], id: 'egressgateway-calico-mark-order' },
  { programs: ['kube-proxy', 'wg-quick'], id: 'wireguard-fwmark-kube-drop' },
  { programs: ['kubelet', 'wg-quick'], id: 'wireguard-fwmark-kube-drop' },
];

/** Cost: linear in rules, then pairs of programs. */
export function findMarkCollisions(scene: Scene): Draft[] {
  const usages = collectMarks(scene);
  const drafts: Draft[] = [];
  for (const [i, a] of usages.entries()) {
    for (const b of usages.slice(i + 1)) {
      if (a.kind !== b.kind || a.program === b.program) continue;
      const collision = collide(scene, a, b);
      if (collision) drafts.push(collision);
    }
  }
  const order = usages.some(({ wholeWrites }) => wholeWrites.length > 0) ? createMarkOrder(scene) : null;
  for (const usage of usages) {
    if (order) pushAll(drafts, wholeWrites(scene, order, usage, usages));
    pushAll(drafts, foreignValues(scene, usage, usages));
  }
  return drafts;
}

function bitsShared(a: Program, b: Program): number {
  const entry = BY_DESIGN.find(({ programs }) => programs.includes(a) && programs.includes(b));
  return entry?.bits ?? 0;
}

function isPair(programs: readonly [Program, Program], a: Program, b: Program): boolean {
  return (programs[0] === a && programs[1] === b) || (programs[0] === b && programs[1] === a);
}

function knownPair(a: Program, b: Program): string[] {
  return KNOWN.filter(({ programs }) => isPair(programs, a, b)).map(({ id }) => id);
}

function collide(scene: Scene, a: Usage, b: Usage): Draft | null {
  if (TOLD_ELSEWHERE.some((pair) => isPair(pair, a.program, b.program))) return null;
  const allowed = ~bitsShared(a.program, b.program);
  const bothWrite = (a.written & b.written & allowed) >>> 0;
  const aForB = (a.written & b.tested & allowed) >>> 0;
  const bForA = (b.written & a.tested & allowed) >>> 0;
  const bits = (bothWrite | aForB | bForA) >>> 0;
  if (bits === 0) return null;
  // Marks that are only tested by the other one read as if the first were speaking to it: the common case of an administrator's rule.
  const speaks = bothWrite === 0 && (a.program === UNKNOWN || b.program === UNKNOWN);
  const harmless = SAME_MEANING.some((pair) => isPair(pair, a.program, b.program));
  const severity: FindingSeverity = speaks || harmless || (aForB | bForA) === 0 ? 'info' : 'warning';
  const [first, second] = [programName(a.program), programName(b.program)];
  const mark = a.kind === 'packet' ? 'mark' : 'connection mark';
  return {
    mechanism: 'mark-bit-collision',
    severity,
    key: [a.kind, [a.program, b.program].sort().join('+')],
    title:
      bothWrite !== 0
        ? `${programNameFirst(a.program)} and ${second} write the same ${mark} bits: ${hex(bothWrite)}`
        : aForB !== 0
          ? `${programNameFirst(a.program)} writes ${mark} bits that ${second} tests: ${hex(aForB)}`
          : `${programNameFirst(b.program)} writes ${mark} bits that ${first} tests: ${hex(bForA)}`,
    why: harmless
      ? `Both mean "masquerade this packet" by it, so a packet may be masqueraded by either. It becomes a problem when one of them changes its bit.`
      : `A packet that one of them has marked looks marked to the other: it may be accepted, translated or routed for the wrong reason, or lose its mark.`,
    owners: ownersOf(scene, [a, b]),
    where: bitPlaces(a, b, bits),
    sign: 'mark-bits',
    catalogue: knownPair(a.program, b.program),
    ...(knownPair(a.program, b.program).length > 0
      ? {}
      : { remedy: 'Give one of them other bits, if it can be configured.' }),
  };
}

function ownersOf(scene: Scene, usages: readonly Usage[]): string[] {
  return usages.flatMap(({ writers, testers, wholeWrites, wholeTests }) =>
    [
      ...writers.values(),
      ...testers.values(),
      ...wholeWrites.map(({ rule }) => rule),
      ...wholeTests.map(({ rule }) => rule),
    ].map(scene.ownerOf),
  );
}

/** The first rule for each shared bit, with the whole mask that it works under. */
function bitPlaces(a: Usage, b: Usage, bits: number): FindingPlace[] {
  const notes = new Map<Rule, string>();
  for (const usage of [a, b]) {
    const name = programName(usage.program);
    for (const [bit, rule] of usage.writers) {
      if ((bits >>> bit) & 1) notes.set(rule, `${name} writes ${hex(maskWritten(rule, usage.kind))}`);
    }
    for (const [bit, rule] of usage.testers) {
      if ((bits >>> bit) & 1 && !notes.has(rule)) notes.set(rule, `${name} tests ${hex(maskTested(rule, usage.kind))}`);
    }
  }
  return [...notes].slice(0, 12).map(([rule, note]) => rulePlace(rule, note));
}

function maskWritten(rule: Rule, kind: MarkKind): number {
  const own = markWrites(rule).filter((write) => write.kind === kind && !write.whole);
  return own.reduce((mask, { sets, clears, flips, copies }) => mask | sets | clears | flips | copies, 0);
}

function maskTested(rule: Rule, kind: MarkKind): number {
  return markTests(rule)
    .filter((test) => test.kind === kind && !test.whole)
    .reduce((mask, test) => mask | test.mask, 0);
}

/** A whole write that takes a bit of somebody else's away, or gives it to packets that it was not meant for. */
interface Loss {
  readonly other: Usage;
  readonly rule: Rule;
  readonly write: MarkWrite;
  /** Where the other program writes its bits before; null: the write itself sets them. */
  readonly writer: Rule | null;
  /** Where it tests them afterwards. */
  readonly tester: Rule;
}

const MOST_PAIRS = 20_000;

function lossesOf(order: MarkOrder, usage: Usage, other: Usage): Loss[] {
  let budget = MOST_PAIRS;
  return usage.wholeWrites.flatMap(({ rule, write }) => {
    const after = [...other.testing.values()].filter((tester) => budget-- > 0 && order.before(rule, tester));
    const tester = after[0];
    if (!tester) return [];
    const writer = [...other.writing.values()].find((own) => budget-- > 0 && order.before(own, rule)) ?? null;
    const sets = write.value !== null && (write.value & other.tested) !== 0;
    return writer || sets ? [{ other, rule, write, writer, tester }] : [];
  });
}

function wholeWrites(scene: Scene, order: MarkOrder, usage: Usage, usages: readonly Usage[]): Draft[] {
  const { program, kind } = usage;
  if (usage.wholeWrites.length === 0) return [];
  const others = usages.filter((other) => other.kind === kind && other.program !== program && other.tested !== 0);
  const losses = others.flatMap((other) => lossesOf(order, usage, other));
  const first = losses[0];
  if (!first) return [];
  const sufferers = [...new Set(losses.map(({ other }) => other))];
  const names = joinWords(
    sufferers.map((other) => `${programName(other.program)} (${hex((other.written | other.tested) >>> 0)})`),
  );
  const mark = kind === 'packet' ? 'mark' : 'connection mark';
  const value = first.write.value === null ? '' : ` (${hex(first.write.value)})`;
  return [
    {
      mechanism: 'unmasked-mark-set',
      severity: 'warning',
      key: [kind, program],
      title: `${programNameFirst(program)} writes the whole ${mark}${value} in ${chainName(first.rule.chain)}, bits of ${names} included`,
      why: lossWords(first),
      owners: [scene.ownerOf(first.rule), ...ownersOf(scene, sufferers)],
      where: lossPlaces(losses),
      sign: 'mark-bits',
      catalogue: ['unmasked-mark-set'],
      unknowns: ['whether a packet that the rule matches carries a bit of the other program'],
    },
  ];
}

function lossWords({ other, rule, write, writer, tester }: Loss): string {
  const name = programName(other.program);
  const tests = `before ${chainName(tester.chain)} tests ${hex(other.tested)}`;
  if (!writer) {
    return `The rule has no mask: it sets ${hex((write.value ?? 0) & other.tested)} as well, ${tests}, so its packets look marked to ${name}.`;
  }
  return `Rule ${rule.index} has no mask: on the packets that it matches it erases what ${name} noted in ${chainName(writer.chain)}, ${tests}.`;
}

function lossPlaces(losses: readonly Loss[]): FindingPlace[] {
  const notes = new Map<Rule, string>();
  for (const { rule, write } of losses.slice(0, 6))
    notes.set(rule, write.value === null ? 'overwrites all 32 bits' : `sets all 32 bits to ${hex(write.value)}`);
  for (const { other, writer, tester } of losses.slice(0, 4)) {
    const name = programName(other.program);
    if (writer) notes.set(writer, `${name} writes its bits before`);
    if (!notes.has(tester)) notes.set(tester, `${name} tests ${hex(other.tested)}`);
  }
  return [...notes].map(([rule, note]) => rulePlace(rule, note));
}

/** A mark that a rule compares as a whole, and that other programs' bits are part of: a socket's fwmark such as WireGuard's. */
function foreignValues(scene: Scene, usage: Usage, usages: readonly Usage[]): Draft[] {
  const values = new Map<number, Rule>();
  for (const { rule, test } of usage.wholeTests) {
    if (test.value !== null && !test.negated && !values.has(test.value)) values.set(test.value, rule);
  }
  const drafts: Draft[] = [];
  for (const other of usages) {
    if (other.kind !== usage.kind || other.program === usage.program) continue;
    if (bitsShared(usage.program, other.program) !== 0) continue;
    for (const [value, rule] of [...values].slice(0, 8)) {
      const hits = refusingTests(other, value);
      if (hits.length > 0) drafts.push(foreignValue(scene, usage, other, value, rule, hits));
    }
  }
  return drafts;
}

/** Rules of `other` that drop or reject a packet with that mark because of one of its bits. */
function refusingTests(other: Usage, value: number): Rule[] {
  const rules = new Set<Rule>();
  for (const rule of other.testers.values()) {
    if ((effectsOf(rule) & REFUSES) === 0) continue;
    const matches = markTests(rule).every(
      (test) => !test.negated && test.value !== null && test.value !== 0 && (value & test.mask) >>> 0 === test.value,
    );
    if (matches) rules.add(rule);
  }
  return [...rules];
}

function foreignValue(
  scene: Scene,
  usage: Usage,
  other: Usage,
  value: number,
  rule: Rule,
  hits: readonly Rule[],
): Draft {
  const hit = hits[0] as Rule;
  const bits = markTests(hit).reduce((mask, test) => mask | test.mask, 0) >>> 0;
  return {
    mechanism: 'mark-bit-collision',
    severity: 'warning',
    key: [usage.kind, 'value', hex(value), `${usage.program}+${other.program}`],
    title: `${programNameFirst(other.program)} drops what carries mark ${hex(value)} of ${programName(usage.program)}: it contains ${hex(bits)}`,
    why: `${programNameFirst(usage.program)} compares the whole mark with ${hex(value)}, so its packets carry it; ${chainName(hit.chain)} refuses every packet with ${hex(bits)} set.`,
    owners: [scene.ownerOf(rule), scene.ownerOf(hit)],
    where: [
      rulePlace(rule, `${programName(usage.program)} uses the mark ${hex(value)}`),
      ...hits.slice(0, 4).map((tester) => rulePlace(tester, `refuses what has ${hex(bits)} set`)),
    ],
    sign: 'mark-bits',
    catalogue: knownPair(usage.program, other.program),
  };
}
