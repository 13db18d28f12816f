/** A trace for a terminal. */
import type { FateJson, PlaceJson } from '../kernel/trace-json.ts';
import type { TraceAnswer } from './trace.ts';
import { wrap } from './wrap.ts';

type Trace = Pick<TraceAnswer, 'packet' | 'steps' | 'fate' | 'fates' | 'certain' | 'unknowns'>;
type Step = Trace['steps'][number];

export function traceText(answer: TraceAnswer): string {
  const lines = [...journeyLines(answer), ...fateLines(answer)];
  for (const passage of answer.connection?.passages.slice(1) ?? []) {
    lines.push(
      '',
      passage.role === 'reply' ? 'the answer' : 'a later packet',
      ...journeyLines(passage),
      ...fateLines(passage),
    );
  }
  if (answer.connection && !answer.connection.established) lines.push('', 'the connection does not come about');
  if (answer.withoutEffect)
    lines.push('', ...answer.withoutEffect.map((text) => wrap(`without effect: ${text}`, '', 2)));
  if (answer.cut) lines.push('', 'There are more ways than were followed.');
  for (const { family, table, chain, ruleIndex, why } of answer.refused ?? []) {
    lines.push(
      wrap(`The kernel would not have loaded this: ${family} ${table} ${chain} rule ${ruleIndex}: ${why}.`, '', 2),
    );
  }
  if (answer.notes.length > 0) lines.push('', ...answer.notes.map((note) => wrap(`note: ${note}`, '', 2)));
  return `${lines.join('\n')}\n`;
}

// The way ----------------------------------------------------------------------------------------------------------------------

function journeyLines({ packet, steps }: Trace): string[] {
  const lines = [packetLine(packet)];
  let place = '';
  let mark = packet.mark ?? 0;
  let shown = endsOf(packet);
  for (const step of steps) {
    const at = `${step.hook} ${step.priority ?? ''}  ${step.family} ${step.table} ${step.baseChain}${'copy' in step ? ' (a copy)' : ''}`;
    if (at !== place) lines.push('', at);
    place = at;
    lines.push(stepLine(step));
    if (step.packet && endsOf(step.packet) !== shown) lines.push(`      now ${endsOf(step.packet)}`);
    if (step.packet) shown = endsOf(step.packet);
    if ((step.mark ?? 0) !== mark) lines.push(`      mark ${hex(step.mark ?? 0)}`);
    mark = step.mark ?? 0;
  }
  if (steps.length === 0) lines.push('', 'no rule matches it, and no chain is in its way');
  return lines;
}

function packetLine(packet: Trace['packet']): string {
  const { path, iif, oif, mark } = packet;
  const parts = [endsOf(packet), 'arp' in packet ? 'ARP' : String(packet.proto), path];
  if (iif) parts.push(`from ${iif}`);
  if (oif) parts.push(`to ${oif}`);
  if (mark) parts.push(`mark ${hex(mark)}`);
  return parts.join(' ');
}

function endsOf({ src, dst }: { readonly src: string; readonly dst: string }): string {
  return `${src} -> ${dst}`;
}

function hex(mark: number): string {
  return `0x${mark.toString(16)}`;
}

function stepLine(step: Step): string {
  if (step.type === 'policy') return `    policy ${step.verdict}`;
  if (step.type === 'return') return `    ${step.chain} ends: return`;
  const { chain, ruleIndex, ruleText, verdict } = step as Step & {
    readonly ruleIndex: number;
    readonly ruleText: string;
  };
  return `    ${chain} ${ruleIndex}: ${verdict}    ${ruleText}`;
}

// Fates ------------------------------------------------------------------------------------------------------------------------

function fateLines({ fate, fates, certain }: Trace): string[] {
  if (certain) return ['', wrap(`fate: ${fateText(fate)}`, '', 2)];
  const lines = ['', wrap(`likeliest fate: ${fateText(fate)}`, '', 2), '', 'all fates:'];
  for (const each of fates) {
    const share = each.probability === null ? '' : `${percent(each.probability)}: `;
    lines.push(wrap(`${share}${fateText(each)}`, '  ', 2));
    for (const [i, when] of [each.when, ...('orWhen' in each ? each.orWhen : [])].entries()) {
      for (const [j, { unknown, value }] of when.entries()) {
        const lead = j > 0 ? 'and' : i > 0 ? 'or if' : 'if';
        lines.push(wrap(`${lead} ${answerText(unknown, value)}`, '    ', 2));
      }
    }
  }
  return lines;
}

function answerText(unknown: string, value: boolean | number | string): string {
  if (typeof value === 'boolean') return value ? unknown : `not: ${unknown}`;
  return `${unknown}: ${value}`;
}

function percent(probability: number): string {
  return `${Number((probability * 100).toPrecision(3))} %`;
}

function fateText(fate: FateJson): string {
  const parts = [HEADS[fate.fate](fate)];
  if (fate.by) parts.push(byText(fate.by));
  if (fate.nat?.dnat) parts.push(`to ${fate.nat.dnat}`);
  if (fate.nat?.snat) parts.push(`from ${fate.nat.snat}`);
  if (fate.mark) parts.push(`mark ${hex(fate.mark)}`);
  if (fate.reply) parts.push(replyText(fate.reply));
  if (fate.copies) parts.push(`${fate.copies.length === 1 ? 'a copy' : `${fate.copies.length} copies`} sent`);
  return parts.join(', ');
}

const HEADS: Readonly<Record<FateJson['fate'], (fate: FateJson) => string>> = {
  'delivered-local': () => 'reaches the node itself',
  'delivered-right': leaves,
  'delivered-left': leaves,
  dropped: () => 'dropped',
  rejected: () => 'rejected',
  queue: () => 'handed to a program by a queue',
  stolen: ({ how }) => `taken (${how})`,
  lost: ({ why }) => `lost outside of the rules: ${why}`,
  'not-loadable': ({ why }) => `the kernel would not have loaded this: ${why}`,
  unfinished: ({ why }) => String(why),
};

function leaves({ iface }: FateJson): string {
  return iface ? `leaves by ${iface}` : 'leaves the node';
}

function byText({ family, table, chain, ruleIndex }: PlaceJson): string {
  const place = `${family} ${table} ${chain}`;
  return ruleIndex === undefined ? `by the policy of ${place}` : `by ${place} rule ${ruleIndex}`;
}

function replyText({ kind, type, code, dst }: NonNullable<FateJson['reply']>): string {
  return kind === 'tcp-reset' ? `a reset goes to ${dst}` : `${kind} type ${type} code ${code} goes to ${dst}`;
}
