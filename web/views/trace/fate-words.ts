/** A fate in words: what happened, who decided, where the packet went. */
import { assertNever } from '../../base/assert.ts';
import type { ChainSite, End, LostReason } from '../../kernel/domain.ts';
import type { Endpoint, Fate } from '../../kernel/fate.ts';
import type { TracePacket } from '../../kernel/packet.ts';
import { ICMP_CODES, ICMPV6_CODES } from '../../model/constants.ts';
import type { Rule } from '../../model/ruleset.ts';
import { type OwnerId, UNKNOWN } from '../../owners/owner.ts';
import type { ViewContext } from '../context.ts';
import { ownerEntry } from '../owner-entry.ts';
import { endText } from './changes.ts';
import type { FateView } from './trace-answer.ts';

export type FateWords = Pick<FateView, 'kind' | 'title' | 'detail' | 'owner'>;

export function fateWords(context: ViewContext, fate: Fate, packet: Pick<TracePacket, 'path' | 'iif'>): FateWords {
  const { end } = fate;
  const owner = ownerOfEnd(context, end);
  switch (end.kind) {
    case 'delivered':
      return { kind: 'delivered', title: deliveredTitle(fate, packet), detail: natDetail(fate), owner: null };
    case 'dropped':
      return {
        kind: 'dropped',
        title: `Dropped by ${whose(context, end.rule, end.site)}`,
        detail: dropDetail(end),
        owner,
      };
    case 'rejected':
      return {
        kind: fate.reply ? 'rejected' : 'dropped',
        title: `${fate.reply ? 'Rejected' : 'Dropped'} by ${whose(context, end.rule, end.site)}`,
        detail: fate.reply ? replyDetail(fate) : 'It is rejected, but to such a packet nobody answers.',
        owner,
      };
    case 'queued':
      return {
        kind: 'taken',
        title: `Handed to a program${end.text === '' ? '' : ` (queue ${end.text.replace(/^to /, '')})`}`,
        detail: 'Without one that listens the packet is gone.',
        owner,
      };
    case 'stolen':
      return { kind: 'taken', title: `Taken by ${whose(context, end.rule, end.site)}`, detail: end.how, owner };
    case 'lost':
      return { kind: 'lost', title: `Lost: ${LOST[end.why].title}`, detail: LOST[end.why].detail, owner: null };
    case 'not-loadable':
      return {
        kind: 'not-loadable',
        title: 'The kernel would not load this',
        detail: end.why,
        owner,
      };
    case 'unfinished':
      return { kind: 'unfinished', title: 'Not followed to its end', detail: end.why, owner };
    default:
      return assertNever(end, 'end');
  }
}

function deliveredTitle({ kind, device }: Fate, { path, iif }: Pick<TracePacket, 'path' | 'iif'>): string {
  if (kind === 'delivered-local')
    return iif === 'lo' || path === 'output' ? 'Delivered on this node' : 'Delivered to this node';
  const out = device ?? 'an interface that nobody named';
  if (path === 'output') return `Sent out ${out}`;
  return kind === 'delivered-left' ? `Forwarded back out ${out}` : `Forwarded out ${out}`;
}

function natDetail({ dnat, snat }: Fate): string {
  const text = ({ address, port }: Endpoint): string => endText(address, port);
  return [...(dnat ? [`to ${text(dnat)}`] : []), ...(snat ? [`as ${text(snat)}`] : [])].join(', ');
}

function dropDetail({ rule, site }: Extract<End, { kind: 'dropped' }>): string {
  const where = rule ? `rule ${rule.index} of ${rule.chain.name}` : `the policy of ${site.base.chain.name}`;
  return `${where}; the sender hears nothing`;
}

function replyDetail({ reply, end }: Fate): string {
  const where = end.kind === 'rejected' ? `rule ${end.rule.index} of ${end.rule.chain.name}` : '';
  if (!reply) return where;
  if (reply.kind === 'tcp-reset') return `${where}; the sender gets a TCP reset`;
  const names = reply.kind === 'icmp' ? ICMP_CODES : ICMPV6_CODES;
  return `${where}; the sender is told ${names.byNumber.get(reply.code ?? -1) ?? `code ${reply.code}`}`;
}

export function ownerOfEnd(context: ViewContext, end: End): OwnerId | null {
  if (!('rule' in end)) return null;
  return end.rule ? context.ownerOfRule(end.rule) : context.ownerOfChain(end.site.base.chain);
}

/** The program, or the chain's policy. */
function whose(context: ViewContext, rule: Rule | null, { base }: ChainSite): string {
  if (!rule) return `${base.chain.name}’s policy`;
  const owner = context.ownerOfRule(rule);
  return owner === UNKNOWN ? `a rule of ${rule.chain.name}` : ownerEntry(owner).short;
}

const LOST: Readonly<Record<LostReason, { readonly title: string; readonly detail: string }>> = {
  ttl: { title: 'its life is over', detail: 'TTL 1 is not forwarded; the sender is told.' },
  'martian-source': { title: 'routing refuses its source', detail: 'No such source is taken from outside.' },
  'martian-destination': { title: 'routing refuses its destination', detail: 'A loopback address from outside.' },
  'no-route': { title: 'no route', detail: 'Nothing leads to its destination.' },
  'no-address': { title: 'no address to translate to', detail: 'The interface has none of this family.' },
  'not-forwarded': { title: 'not forwarded', detail: 'IPv6 forwards no such source.' },
  nat: { title: 'no translation found', detail: 'NAT finds no free port.' },
};
