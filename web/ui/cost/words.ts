/** The Cost view's sentences: the result first, then of what it is the result. Pure. */
import type {
  CostAnswer,
  CostPacket,
  LinearChain,
  LoaderCost,
  ProgrammingCost,
  ReloadEstimate,
} from '../../worker/protocol.ts';
import { count, plural } from '../shell/words.ts';

export interface Headline {
  readonly title: string;
  readonly detail: string;
}

const HOOK_LIST = new Intl.ListFormat('en', { style: 'long', type: 'conjunction' });

/** `prerouting, forward, and postrouting`. */
export function listed(words: readonly string[]): string {
  return HOOK_LIST.format(words);
}

/** The packet that the headline tells of: to the last Service, else the costliest. */
export function headlinePacket({ packets }: CostAnswer): CostPacket | null {
  const last = packets.find(({ role }) => role === 'last');
  if (last) return last;
  return packets.reduce<CostPacket | null>((most, one) => (most && most.evaluated >= one.evaluated ? most : one), null);
}

export function headline(answer: CostAnswer): Headline {
  const packet = headlinePacket(answer);
  if (!packet) return { title: 'No rule sees a packet here.', detail: 'The dump has no base chain of this family.' };
  const hooks = packet.hooks.map(({ hook }) => hook);
  if (packet.evaluated === 0) {
    const passed = new Set(answer.packets.flatMap((one) => one.hooks.map(({ hook }) => hook)));
    return {
      title: 'None of these packets meets a rule.',
      detail:
        passed.size === 0
          ? 'No base chain runs on their way.'
          : `They pass ${listed([...passed])}, where no chain has any.`,
    };
  }
  const rules = plural(packet.evaluated, 'rule');
  const what =
    packet.role === 'last'
      ? answer.services === 1
        ? 'A new connection to the Service'
        : 'A new connection to the last Service'
      : `The costliest of these packets, ${packet.title},`;
  const detail = `${packet.detail}, summed over ${listed(hooks)}. Only the first packet of a connection meets the nat chains.`;
  return { title: `${what} evaluates ${rules}. ${remedy(answer, packet)}`, detail };
}

function remedy({ curve }: CostAnswer, packet: CostPacket): string {
  if (curve?.subject.kind === 'services' && curve.mode !== 'linear') {
    const where = curve.mode === 'map' ? 'Verdict maps' : 'Ipsets';
    return `${where} look Services up: ${count(curve.count)} cost no more than one.`;
  }
  if (packet.converted < packet.evaluated) return `Verdict maps would make it ${count(packet.converted)}.`;
  return 'Verdict maps would not make it fewer.';
}

/** Whether the ways that the dump leaves open differ. */
export function spread({ least, most, evaluated }: CostPacket): string {
  return least === most ? '' : least === evaluated ? `up to ${count(most)}` : `${count(least)} to ${count(most)}`;
}

export function seconds(value: number): string {
  if (value < LITTLE) return 'under 0.1 s';
  return value < 10 ? `${value.toFixed(1)} s` : `${count(Math.round(value))} s`;
}

/** What a reload costs. */
export function reloadHeadline({ loaders }: ProgrammingCost): string {
  const parts = loaders.flatMap(({ loader, reload }) =>
    reload ? [`${loader === 'nft' ? 'nft' : 'iptables-restore'} ${about(reload)}`] : [],
  );
  return parts.length === 0 ? 'There is nothing to load.' : `A full reload takes ${listed(parts)}.`;
}

function about({ seconds: value, beyond }: ReloadEstimate): string {
  if (value < LITTLE) return seconds(value);
  return `${beyond ? 'more than' : 'about'} ${seconds(value)}`;
}

/** Seconds: the tools take so long to start. */
const LITTLE = 0.1;

/** What drives it: of nft the anonymous sets, of iptables the rules. */
export function reloadReason({ loaders, growth }: ProgrammingCost): string {
  const nft = loaders.find(({ loader }) => loader === 'nft');
  const sentences: string[] = [];
  if (nft) sentences.push(nftReason(nft, growth));
  const iptables = loaders.find(({ loader }) => loader === 'iptables');
  if (iptables) {
    const longer = `twice as many take about ${times(growth.iptables)} as long`;
    const few = (iptables.reload?.seconds ?? 0) < LITTLE;
    sentences.push(
      `iptables-restore reads ${plural(iptables.counts.rules, 'rule')} one by one: ${few ? `too few to matter. Of tens of thousands ${longer}` : longer}.`,
    );
  }
  return sentences.join(' ');
}

function nftReason({ counts, reload }: LoaderCost, growth: ProgrammingCost['growth']): string {
  const anonymous = counts.anonymousMaps + counts.anonymousSets;
  const sets = plural(anonymous, 'anonymous set or map', 'anonymous sets and maps');
  const chains = plural(counts.chains, 'chain');
  const rest = `Chains by themselves grow in proportion: twice as many take ${times(growth.chains)} as long.`;
  const quadratic = `for each the kernel goes through a list of all others, so that twice as many take about ${times(growth.anonymous)} as long`;
  if (anonymous === 0) return `nft loads ${chains} and no anonymous sets or maps. ${rest}`;
  if (!reload || reload.anonymous < LITTLE)
    return `nft loads ${chains} and ${sets}: too few to matter. With thousands it is different: ${quadratic}. ${rest}`;
  return `Of nft’s time, ${seconds(reload.anonymous)} is for ${sets}: ${quadratic}. The other ${seconds(reload.seconds - reload.anonymous)} is for ${chains} with their rules. ${rest}`;
}

function times(exponent: number): string {
  const factor = 2 ** exponent;
  if (Math.abs(factor - 2) < 0.15) return 'twice';
  return Math.abs(factor - Math.round(factor)) < 0.15 ? `${Math.round(factor)} times` : `${factor.toFixed(1)} times`;
}

/** `1 map, 1,203 keys`. */
export function asLookups({ lookups }: LinearChain): string {
  const kinds = (['map', 'set'] as const).flatMap((kind) => {
    const of = lookups.filter((one) => one.kind === kind);
    return of.length === 0 ? [] : [plural(of.length, kind)];
  });
  return `${kinds.join(' and ')}, ${plural(
    lookups.reduce((sum, { elements }) => sum + elements, 0),
    'key',
  )}`;
}
