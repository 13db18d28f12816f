/** Known conflicts over marks whose meaning the rules alone do not tell: Cilium's encryption keys, GKE's hairpin bit. */
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { type MarkTest, markTests, markWrites } from '../mark-bits.ts';
import { outcomeOf } from '../rule-facts.ts';
import { chainKey, chainName, hex, joinWords, programOf } from '../words.ts';
import { jumpTo, targetOf } from './jumps.ts';

export function findMarkMeanings(scene: Scene): Draft[] {
  return [...encryptionKeys(scene), ...hairpinBit(scene)];
}

/** Cilium's marks for packets to encrypt and to decrypt: 0xd00 and 0xe00; the key's number is in the bits above, where kubelet's drop bit lies. */
const ENCRYPTION: ReadonlySet<number> = new Set([0xd00, 0xe00]);

/** KUBE-FIREWALL stands above Cilium's accept for encrypted packets, and drops by a bit that a key's number may have. */
function encryptionKeys(scene: Scene): Draft[] {
  return scene.chainsNamed('KUBE-FIREWALL').flatMap((firewall) => {
    const drop = firewall.rules.find(
      (rule) =>
        outcomeOf(rule)?.kind === 'drop' && markTests(rule).some(({ mask, value }) => keyBits(mask) && value === mask),
    );
    if (!drop) return [];
    const places = scene.graph.into(firewall.id).flatMap(({ rule, from }): Above[] => {
      const jump = scene.ruleset.rules[rule];
      const chain = scene.ruleset.chains[from];
      if (!jump || !chain?.base) return [];
      const cilium = jumpTo(chain, /^CILIUM_(INPUT|OUTPUT|FORWARD)$/);
      const accept = cilium && acceptOfEncrypted(targetOf(cilium));
      return cilium && accept && jump.index < cilium.index ? [{ jump, cilium, accept }] : [];
    });
    return places.length > 0 ? [aboveCilium(scene, drop, places)] : [];
  });
}

interface Above {
  readonly jump: Rule;
  readonly cilium: Rule;
  readonly accept: Rule;
}

function keyBits(mask: number): boolean {
  return (mask & 0xf000) !== 0 && (mask & ~0xf000) >>> 0 === 0;
}

function acceptOfEncrypted(chain: Chain | null): Rule | null {
  const encrypted = ({ mask, value, negated }: MarkTest) => !negated && mask === 0xf00 && ENCRYPTION.has(value ?? 0);
  return chain?.rules.find((rule) => outcomeOf(rule)?.kind === 'accept' && markTests(rule).some(encrypted)) ?? null;
}

function aboveCilium(scene: Scene, drop: Rule, places: readonly Above[]): Draft {
  const bit = markTests(drop)[0]?.mask ?? 0;
  const { jump, cilium, accept } = places[0] as Above;
  const where = joinWords(places.map(({ jump: { chain } }, i) => (i === 0 ? chainName(chain) : chain.name)));
  const keys = [1, 2, 4, 8].filter((key) => ((key << 12) & bit) !== 0).join(' or ');
  return {
    mechanism: 'mark-bit-collision',
    severity: 'warning',
    key: [chainKey(jump.chain), 'cilium-ipsec-kube-marks'],
    title: `KUBE-FIREWALL drops mark ${hex(bit)} in ${where} before Cilium accepts its encrypted packets`,
    why: `Cilium carries the number of the encryption key in bits 0xf000 of the mark, and accepts such packets at rule ${cilium.index} of ${chainName(jump.chain)} (${accept.chain.name}). Rule ${jump.index} comes first: with a key number that has ${keys} in it, the packet looks marked for dropping.`,
    owners: [scene.ownerOf(drop), scene.ownerOf(accept)],
    where: [
      rulePlace(drop, `drops what has ${hex(bit)} set`),
      ...places.flatMap((place) => [
        rulePlace(place.jump, 'asks KUBE-FIREWALL first'),
        rulePlace(place.cilium, 'asks Cilium later'),
        rulePlace(place.accept, 'accepts packets to encrypt or decrypt'),
      ]),
    ],
    sign: 'mark-bits',
    catalogue: ['cilium-ipsec-kube-marks'],
    unknowns: ['whether Cilium encrypts, and the number of its key'],
  };
}

/** GKE's netd marks with kube-proxy's masquerade bit so that kube-proxy masquerades: it breaks where kube-proxy was given another bit. */
function hairpinBit(scene: Scene): Draft[] {
  const [netd] = scene.ruleset.rules.filter(
    (rule) =>
      /^GCP-(PREROUTING|POSTROUTING)$/.test(rule.chain.name) &&
      scene.graph.reached[rule.chain.id] === 1 &&
      netdBits(rule) !== 0,
  );
  const [masquerade] = scene
    .chainsNamed('KUBE-MARK-MASQ')
    .flatMap(({ rules }) => rules)
    .filter((rule) => programOf(scene.ownerOf(rule)) === 'kube-proxy' && markWrites(rule).length > 0);
  if (!netd || !masquerade) return [];
  const bits = netdBits(netd);
  const own = markWrites(masquerade).reduce((all, { sets, flips }) => (all | sets | flips) >>> 0, 0);
  if ((own & bits) >>> 0 !== 0) return [];
  return [
    {
      mechanism: 'mark-bit-collision',
      severity: 'warning',
      key: ['gke-netd-kube-bit'],
      title: `GKE's netd uses mark bit ${hex(bits)} for hairpin traffic, but kube-proxy masquerades by ${hex(own)}`,
      why: `netd counts on kube-proxy's default masquerade bit: what it marks with ${hex(bits)} in ${chainName(netd.chain)} used to be masqueraded by KUBE-POSTROUTING, which now looks at ${hex(own)} only. Hairpin connections of pods keep their source address, and their replies do not come back.`,
      owners: [scene.ownerOf(netd), scene.ownerOf(masquerade)],
      where: [rulePlace(netd, `netd uses ${hex(bits)}`), rulePlace(masquerade, `kube-proxy marks with ${hex(own)}`)],
      sign: 'mark-bits',
      catalogue: ['gke-netd-kube-bit'],
    },
  ];
}

/** The bits that netd's rule tests or copies under a mask; a restore of the whole mark has none of its own. */
function netdBits(rule: Rule): number {
  const tested = markTests(rule).reduce((all, { mask, whole }) => (whole ? all : all | mask), 0);
  const copied = markWrites(rule).reduce((all, { copies, whole }) => (whole ? all : all | copies), 0);
  return (tested | copied) >>> 0;
}
