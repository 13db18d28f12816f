/** One node with its owners, on the kernel as it is and swapped: for replay-witnesses.ts. */
import { CaseRunner } from '../cli/trace-case.ts';
import { fateKey, fateOf } from '../kernel/fate.ts';
import type { PacketJson } from '../kernel/packet-fields.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { AssumedTables } from '../kernel/routing.ts';
import { shownAddresses } from '../kernel/surroundings.ts';
import { createTracer, type Tracer, tracePacket } from '../kernel/trace.ts';
import { addressText } from '../model/address.ts';
import { buildJumpGraph } from '../model/graph.ts';
import type { Rule } from '../model/ruleset.ts';
import { attributeOwners } from '../owners/attribute.ts';
import { UNKNOWN } from '../owners/owner.ts';
import { PacketSpace } from '../packetspace/packet-space.ts';
import { compareFully } from '../packetspace/questions/order-kinds.ts';
import type { OrderResult } from '../packetspace/questions/order-sensitivity.ts';
import { askedMarkBits, fatesOf, type OrderWitness, type TracedFate } from '../packetspace/questions/order-witness.ts';
import { likelyAddresses } from '../proofs/likely.ts';
import { compareCase } from './compare-cases.ts';
import { generator, pick } from './draw.ts';
import {
  differenceOf,
  isUnseenAnswer,
  type KernelFate,
  kernelDiffers,
  kernelFate,
  sendable,
  wrongIn,
} from './kernel-fates.ts';
import { type Constants, constantsOf, packetNear } from './near-packets.ts';
import type { Node } from './nodes.ts';
import type { Oracle } from './oracle.ts';
import { type OwnerPair, type Owners, ownerPairs } from './owner-pairs.ts';
import { type Realised, realise } from './realise.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Tally {
  replayed: number;
  refused: number;
  unprintable: number;
  copied: number;
  unrealised: number;
  readonly pairs: { sensitive: number; benign: number; undecided: number };
  readonly witnesses: { sent: number; agreed: number };
  readonly unsent: Map<string, number>;
  benignPackets: number;
  benignAgreed: number;
  traced: number;
  tracedAgreed: number;
  kernelCases: number;
  tracerAgreed: number;
}

export function newTally(): Tally {
  const counts = { replayed: 0, refused: 0, unprintable: 0, copied: 0, unrealised: 0, kernelCases: 0, tracerAgreed: 0 };
  const packets = { benignPackets: 0, benignAgreed: 0, traced: 0, tracedAgreed: 0 };
  const pairs = { sensitive: 0, benign: 0, undecided: 0 };
  return { ...counts, ...packets, pairs, witnesses: { sent: 0, agreed: 0 }, unsent: new Map() };
}

/** What differs, with all that it takes to see it again. */
export interface Finding {
  readonly name: string;
  readonly pair: string;
  readonly what: string;
  readonly packet: Json;
  readonly asIs?: unknown;
  readonly swapped?: unknown;
  readonly claimed?: unknown;
  readonly kernel?: unknown;
}

export interface ReplayOptions {
  /** Random packets for each benign pair, on the kernel and in the tracer. */
  readonly packets: number;
  readonly traced: number;
  readonly seed: number;
}

/** A comparison, and what is to be sent through both orders. */
interface Planned {
  readonly pair: OwnerPair;
  readonly text: Realised;
  readonly result: OrderResult;
  readonly witnesses: readonly { readonly witness: OrderWitness; readonly packet: Json }[];
}

const MOST_BRANCHES = 512;

export class NodeReplay {
  private readonly space: PacketSpace;
  private readonly constants: Constants;
  private readonly random: () => number;
  private readonly locals: readonly (number | bigint)[];
  private readonly runner = new CaseRunner();
  private readonly v6: boolean;

  constructor(
    private readonly node: Node,
    private readonly owners: Owners,
    private readonly oracle: Oracle,
    private readonly tally: Tally,
    private readonly report: (finding: Finding) => void,
    private readonly options: ReplayOptions,
  ) {
    const { ruleset, order } = node;
    this.locals = [...shownAddresses(ruleset).keys()];
    const { owners: ids, ruleOwner } = attributeOwners(ruleset);
    const ownerOf = ({ id }: Rule) => ids[ruleOwner[id] ?? 0] ?? UNKNOWN;
    const graph = buildJumpGraph(ruleset);
    this.space = new PacketSpace(ruleset, {
      order,
      likely: (family) => likelyAddresses({ ruleset, graph, ownerOf }, family),
      locals: this.locals,
      maxNodes: 4_000_000,
      milliseconds: 15_000,
      clock: () => performance.now(),
    });
    this.constants = constantsOf(ruleset);
    this.random = generator(options.seed);
    this.v6 = node.versions[0] === 6;
  }

  async run(): Promise<void> {
    const { ruleset, order, ipset } = this.node;
    const asIs = realise(ruleset, order, ipset, this.v6);
    // The oracle takes a copy that arrives for the packet.
    const isCopied = asIs?.rulesets.some(({ text }) => /\bdup to |-j TEE /.test(text)) ?? false;
    if (isCopied) {
      this.tally.copied++;
      return;
    }
    if (!asIs) {
      this.tally.unprintable++;
      return;
    }
    const common = [...this.node.packets, ...Array.from({ length: this.options.packets }, () => this.packet())]
      .map((json) => sendable(json, [], this.localTexts(json)))
      .filter((each) => typeof each !== 'string');
    const planned = this.plan();
    const packets = [...common, ...planned.flatMap(({ witnesses }) => witnesses.map(({ packet }) => packet))];
    const before = await this.send('as it is', asIs, packets);
    if (!before) return;
    this.tally.replayed++;
    let at = common.length;
    for (const each of planned) {
      const own = before.slice(at, at + each.witnesses.length);
      at += each.witnesses.length;
      await this.replayPair(asIs, each, common, before.slice(0, common.length), own);
    }
  }

  private packet(): Json {
    return packetNear(this.constants, pick(this.random, this.node.versions), this.random);
  }

  /** The node's addresses, of the packet's family. */
  private localTexts({ family }: PacketJson): string[] {
    const type = family === 6 ? 'bigint' : 'number';
    return this.locals.filter((each) => typeof each === type).map((each) => addressText(each, family === 6 ? 128 : 32));
  }

  // What is claimed --------------------------------------------------------------------------------------------------------------

  private plan(): Planned[] {
    const { ruleset, order, ipset } = this.node;
    const found: Planned[] = [];
    for (const pair of ownerPairs(order, this.owners)) {
      const text = realise(ruleset, pair.order, ipset, this.v6);
      if (!text) {
        this.tally.unrealised++;
        continue;
      }
      const result = compareFully(this.space, pair.order);
      this.tally.pairs[result.sensitive === null ? 'undecided' : result.sensitive ? 'sensitive' : 'benign']++;
      if (result.sensitive === false) this.tracePackets(pair);
      found.push({ pair, text, result, witnesses: this.witnessesOf(result) });
    }
    return found;
  }

  private witnessesOf({ sensitive, witnesses }: OrderResult) {
    if (sensitive !== true) return [];
    return witnesses.flatMap((witness) => {
      if (!witness.replayed) {
        this.unsent(`the tracer does not show it (${witness.kind})`);
        return [];
      }
      const packet = sendable(witness.packet, witness.answers, this.localTexts(witness.packet));
      if (typeof packet !== 'string') return [{ witness, packet }];
      this.unsent(packet.startsWith('it hangs on') ? 'it hangs on what nobody knows' : packet);
      return [];
    });
  }

  private unsent(why: string): void {
    this.tally.unsent.set(why, (this.tally.unsent.get(why) ?? 0) + 1);
  }

  /** Packets that are cheap: in the tracer, with whatever nobody knows either way. */
  private tracePackets(pair: OwnerPair): void {
    const swapped = createTracer(this.node.ruleset, pair.order);
    for (let i = 0; i < this.options.traced; i++) {
      const json = this.packet();
      const [before, after] = [this.fates(this.space.tracer, json), this.fates(swapped, json)];
      // A destination that the node chose is not known to the tracer: it asks, and asks in another order.
      if (before === null || after === null || `${before}${after}`.includes('|null ')) continue;
      this.tally.traced++;
      if (before === after) this.tally.tracedAgreed++;
      else this.found(pair.name, `said to be benign, but the tracer has ${before}; swapped: ${after}`, json);
    }
  }

  private fates(tracer: Tracer, json: PacketJson): string | null {
    const { packet } = readPacket(json);
    if (!packet || packet.src === packet.dst) return null;
    const routing = new AssumedTables(packet, new Set(this.locals));
    const { courses, cut } = tracePacket(tracer, packet, { routing, maxBranches: MOST_BRANCHES });
    if (cut) return null;
    // By which interface it leaves is its destination's affair.
    const keys = courses.map((course) => {
      const fate = fateOf(course, packet, routing);
      return fateKey({ ...fate, device: null, kind: fate.kind === 'delivered-left' ? 'delivered-right' : fate.kind });
    });
    return [...new Set(keys)].sort().join('\n');
  }

  // What the kernel does ---------------------------------------------------------------------------------------------------------

  /** A case for each packet; null where the tools do not take the text. */
  private async send(which: string, { rulesets }: Realised, packets: readonly Json[]): Promise<(Json | null)[] | null> {
    const { name, ipset } = this.node;
    if (packets.length === 0) return [];
    const answer = await this.oracle.ask({ name, rulesets, ...(ipset === null ? {} : { ipset }), packets });
    if (answer.kind === 'refused') {
      this.tally.refused++;
      if (which !== 'as it is') this.found(which, `refused: ${answer.why.slice(0, 200)}`, {}, { swapped: rulesets });
      return null;
    }
    const cases: (Json | null)[] = [];
    for (const each of answer.cases) cases.push(each && (await this.compareTracer(which, each)));
    return cases;
  }

  /** The case, or what the kernel says of it when it is asked again, in namespaces of its own: a busy machine loses traces. */
  private async again(recorded: Json): Promise<Json> {
    const { name, rulesets, ipset, packet } = recorded as {
      name: string;
      rulesets: Realised['rulesets'];
      ipset?: string;
      packet: Json;
    };
    const answer = await this.oracle.ask(
      { name, rulesets, ...(ipset === undefined ? {} : { ipset }), packets: [packet] },
      true,
    );
    return (answer.kind === 'cases' ? answer.cases[0] : null) ?? recorded;
  }

  private async compareTracer(which: string, given: Json): Promise<Json> {
    this.tally.kernelCases++;
    const recorded = this.tracerDifferences(given).length === 0 ? given : await this.again(given);
    const differences = this.tracerDifferences(recorded);
    if (differences.length === 0) this.tally.tracerAgreed++;
    else
      this.found(which, `tracer: ${differences.slice(0, 3).join('; ')}`, recorded['packet'] as Json, {
        asIs: recorded['rulesets'],
        kernel: recorded,
      });
    return recorded;
  }

  private tracerDifferences(recorded: Json): string[] {
    const all = compareCase(this.runner, recorded);
    // Which of several alike is drawn makes no difference that the tracer tells.
    // What stands where a port would is not known of a broken checksum, whether it is asked for in earnest or not.
    const isBroken = (recorded['setup'] as Json | undefined)?.['mode'] === 'bad layer-4 checksum';
    const isDrawn = JSON.stringify(recorded['rulesets']).match(/--mode (?:random|nth)|numgen/) !== null;
    const isOpen = isBroken || isDrawn || all.some((each) => each.startsWith('not certain'));
    return isOpen ? [] : all.filter((each) => !isAboutUnseenAnswer(each, recorded));
  }

  private async replayPair(
    asIs: Realised,
    { pair, text, result, witnesses }: Planned,
    common: readonly Json[],
    commonBefore: readonly (Json | null)[],
    before: readonly (Json | null)[],
  ): Promise<void> {
    const isBenign = result.sensitive === false;
    const packets = isBenign ? common : witnesses.map(({ packet }) => packet);
    const after = await this.send(`${pair.name}`, text, packets);
    if (!after) return;
    const texts = { asIs: asIs.rulesets, swapped: text.rulesets };
    if (isBenign) this.compareBenign(pair, common, commonBefore, after, texts);
    else
      for (const [i, each] of witnesses.entries())
        this.compareWitness(pair, each, before[i] ?? null, after[i] ?? null, texts);
  }

  private compareBenign(
    pair: OwnerPair,
    packets: readonly Json[],
    before: readonly (Json | null)[],
    after: readonly (Json | null)[],
    texts: object,
  ): void {
    packets.forEach((packet, i) => {
      const [first, second] = [before[i], after[i]];
      if (!first || !second) return;
      this.tally.benignPackets++;
      const difference = differenceOf(kernelFate(first), kernelFate(second), !this.drawsPorts());
      if (difference === '' || this.isDrawn(pair, packet, kernelFate(first), kernelFate(second)))
        this.tally.benignAgreed++;
      else this.found(pair.name, `said to be benign, but ${difference}`, packet, texts);
    });
  }

  /** Which of several things becomes of it is drawn each time: the kernel drew one of them both times. */
  private isDrawn({ order }: OwnerPair, packet: Json, first: KernelFate, second: KernelFate): boolean {
    const own = this.space.family(packet['family'] === 6 ? 'ip6' : 'ip');
    const swapped = createTracer(this.node.ruleset, order);
    const possible = (tracer: Tracer) => fatesOf(tracer, { packet, answers: [] }, own);
    const [before, after] = [possible(this.space.tracer), possible(swapped)];
    const isOne = (fates: readonly TracedFate[], kernel: KernelFate) => claim('', fates, kernel, packet) === '';
    return before.length > 1 && after.length > 1 && isOne(before, first) && isOne(after, second);
  }

  private compareWitness(
    pair: OwnerPair,
    { witness, packet }: Planned['witnesses'][number],
    before: Json | null,
    after: Json | null,
    texts: object,
  ): void {
    if (!before || !after) {
      this.unsent('the oracle could not send it');
      return;
    }
    const isOther = (each: Json) => packet['ctstate'] === 'established' && observedIn(each) !== 'established';
    if (isOther(before) || isOther(after)) {
      this.unsent('rules change it before conntrack sees it');
      return;
    }
    this.tally.witnesses.sent++;
    const [first, second] = [kernelFate(before), kernelFate(after)];
    const isUnseen = first.hasOtherSource || second.hasOtherSource;
    const wrong = [
      claim('as it is', witness.asIs, first, packet),
      claim('swapped', witness.swapped, second, packet),
      this.isCertain(witness, packet) &&
      !(isUnseen && witness.kind === 'verdict') &&
      !kernelDiffers(witness.kind, first, second, askedMarkBits(this.space.family(witness.family)))
        ? `no difference of ${witness.kind}`
        : '',
    ].filter((each) => each !== '');
    if (wrong.length === 0) this.tally.witnesses.agreed++;
    else
      this.found(pair.name, `witness of ${witness.kind}: ${wrong.join('; ')}`, packet, {
        ...texts,
        kernel: { first, second },
      });
  }

  /** One fate each way, with no address that the node chooses: that may be the one that the other order gives. */
  private isCertain({ asIs, swapped }: OrderWitness, packet: Json): boolean {
    if ([...asIs, ...swapped].some((each) => isUnseenAnswer(each, packet))) return false;
    const isKnown = ({ fate }: TracedFate) => fate.dnat?.address !== null && fate.snat?.address !== null;
    return asIs.length === 1 && swapped.length === 1 && [...asIs, ...swapped].every(isKnown);
  }

  private drawsPorts(): boolean {
    return this.node.ruleset.rules.some(({ body }) =>
      body.some(
        (each) =>
          each.kind === 'nat' && (each.port?.kind === 'range' || each.flags.some((flag) => flag.includes('random'))),
      ),
    );
  }

  private found(pair: string, what: string, packet: Json, more: object = {}): void {
    this.report({ name: this.node.name, pair, what, packet, ...more });
  }
}

/** What conntrack said of the packet where it was first seen. */
function observedIn({ setup }: Json): unknown {
  return (setup as Json | undefined)?.['observed'];
}

/** As isUnseenAnswer, in the words of compareCase. */
function isAboutUnseenAnswer(difference: string, { packet, fate }: Json): boolean {
  const told = /^fate\.(?:fate: "rejected"; kernel: "dropped"$|reply: .*"dst":"([^"]*)".*; kernel: null$)/.exec(
    difference,
  );
  const source = (packet as Json)['src'];
  return told !== null && (fate as Json)['reply'] === undefined && (told[1] === undefined || told[1] !== source);
}

/** One of what may become of it has to be what the kernel did. */
function claim(which: string, fates: readonly TracedFate[], kernel: KernelFate, packet: Json): string {
  const wrong = fates.map((fate) => wrongIn(fate, kernel, packet));
  return wrong.includes('') ? '' : `${which}: claimed ${[...new Set(wrong)].join(', or ')}`;
}
