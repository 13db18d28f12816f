/**
 * `xtables-monitor --trace`: for each packet and base chain a `PACKET:` line, and `TRACE:` lines with table, chain, and a rule's handle, verdict and
 * text. Follows iptables' iptables/xtables-monitor.c. Events of `--event` are told and left out: they change rules, which the listings have.
 */
import type { Span } from '../../base/span.ts';
import type { Family } from '../../model/hook.ts';
import type { Statement } from '../../model/statement.ts';
import type { TraceEvent, TracePlace } from '../../model/trace.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { parseIptablesSave } from '../iptables-save/parse.ts';
import { TraceBuilder } from './builder.ts';
import { otherLine, readTraceLines, verdictNamed } from './line.ts';
import { readLoggedPacket } from './log-fields.ts';

const PACKET = /^PACKET: (\d+) ([0-9a-f]{1,8}) (.*)$/;
const TRACE = /^TRACE: (\d+) ([0-9a-f]{1,8}) ([^\s:]+):([^\s:]+):(rule|policy|return):?(.*)$/;
/** xtables-monitor adds an IPv4 header to the length of an IPv6 packet's payload (1.8.9). */
const HEADER = 20;
/** Kernel: include/uapi/linux/netfilter.h, NFPROTO_*. */
const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['1', 'inet'],
  ['2', 'ip'],
  ['3', 'arp'],
  ['5', 'netdev'],
  ['7', 'bridge'],
  ['10', 'ip6'],
]);

/** How sure it is that `head` is an output of `xtables-monitor --trace`: 0 or 0.95. */
export function detectXtablesTrace(head: string): number {
  return /^(?:PACKET: \d+ [0-9a-f]{1,8} (?:IN|OUT|SRC|NFPROTO)=| ?TRACE: \d+ [0-9a-f]{1,8} \S+:\S+:)/m.test(head)
    ? 0.95
    : 0;
}

/** Reads `text[start, end)`. Never throws. Cost: linear. */
export function parseXtablesTrace(text: string, start: number, end: number, options: ParseOptions): ParsedSection {
  const builder = new TraceBuilder();
  const bodies = new Map<string, readonly Statement[] | null>();
  return readTraceLines(
    text,
    start,
    end,
    options,
    (from, to, problems) => {
      const line = text.slice(from, to);
      const span: Span = { start: from, end: to };
      const packet = PACKET.exec(line);
      const trace = packet ? null : TRACE.exec(line);
      const [, number = '', id = ''] = packet ?? trace ?? [];
      const family = FAMILIES.get(number);
      if (family && packet) {
        const { fields } = readLoggedPacket(packet[3] ?? '', family, HEADER);
        builder.add(id, id, { kind: 'packet', place: null, family, fields, span });
      } else if (family && trace) builder.add(id, id, eventOf(trace, family, span, bodies));
      else otherLine(text, from, to, problems);
    },
    () => builder.finish(),
  );
}

function eventOf(
  [, , , table = '', chain = '', kind = '', rest = '']: RegExpExecArray,
  family: Family,
  span: Span,
  bodies: Map<string, readonly Statement[] | null>,
): TraceEvent {
  const place: TracePlace = { family, table, chain };
  if (kind !== 'rule')
    return { kind: kind === 'policy' ? 'policy' : 'return', place, verdict: verdictNamed(rest), mark: null, span };
  const [, handle = '', verdict = '', text = ''] = /^(0x[0-9a-f]+):(\S*)\s*(.*)$/.exec(rest) ?? [];
  const number = Number(handle);
  return {
    kind: 'rule',
    place,
    handle: handle === '' || !Number.isFinite(number) ? null : number,
    body: text === '' ? null : bodyOf(text, family, table, bodies),
    verdict: verdictNamed(verdict),
    span,
  };
}

/** ` -4 -t filter [2:96] -A INPUT ...` as the statements of a rule. */
function bodyOf(
  text: string,
  family: Family,
  table: string,
  bodies: Map<string, readonly Statement[] | null>,
): readonly Statement[] | null {
  const at = text.indexOf('-A ');
  if (at < 0 || (family !== 'ip' && family !== 'ip6' && family !== 'bridge' && family !== 'arp')) return null;
  const key = `${family} ${table} ${text.slice(at)}`;
  const known = bodies.get(key);
  if (known !== undefined) return known;
  const saved = `*${table}\n${text.slice(at)}\nCOMMIT\n`;
  const { tables } = parseIptablesSave(saved, 0, saved.length, {}, family);
  const body = tables[0]?.chains.flatMap(({ rules }) => rules)[0]?.body ?? null;
  bodies.set(key, body);
  return body;
}
