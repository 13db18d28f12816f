/**
 * TRACE lines of a kernel log (dmesg, journalctl, /var/log/messages): `TRACE: filter:INPUT:rule:3 IN=eth0 OUT= SRC=... DST=...`, as iptables-legacy and
 * nf_tables before Linux 4.6 write them, and lines of LOG rules. Whatever stands in front of a line is passed over. Follows the kernel's
 * net/netfilter/nf_log_syslog.c.
 *
 * Assumption: lines are of one packet where protocol, identification, length and sequence number are the same, since such a log has no number for it.
 */
import type { Span } from '../../base/span.ts';
import type { TraceEvent, TracePlace } from '../../model/trace.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { TraceBuilder } from './builder.ts';
import { otherLine, readTraceLines } from './line.ts';
import { type LoggedPacket, readLoggedPacket } from './log-fields.ts';

const TRACE = /TRACE: ([^\s:]+):([^\s:]+):(rule|policy|return):(\d{1,9})(?=\s|$)/;
/** A LOG rule's prefix stands directly before it. */
const PACKET = /IN=\S* OUT=\S* .*$/;
/** Time stamps, host and program in front of a LOG rule's prefix. */
const FRONT =
  /^(?:<\d+>)?(?:\[[^\]]*\]\s*|\S+ +\d+ [\d:]+ \S+ |\d{4}-\d\d-\d\dT\S+ \S+ )?(?:kernel: ?)?(?:\[[^\]]*\]\s*)?/;

/** How sure it is that `head` is such a log: 0, 0.55 where it has only lines of LOG rules (many logs have), or 0.9. */
export function detectKernelTrace(head: string): number {
  if (/TRACE: [^\s:]+:[^\s:]+:(?:rule|policy|return):\d/.test(head)) return 0.9;
  return isKernelLine(head) ? 0.55 : 0;
}

/** Whether a line of `text` is of a kernel log of packets. */
export function isKernelLine(text: string): boolean {
  return /TRACE: [^\s:]+:[^\s:]+:(?:rule|policy|return):\d|IN=\S* OUT=\S* .*\bSRC=\S+ DST=\S+ LEN=\d/.test(text);
}

/** Reads `text[start, end)`. Never throws. Cost: linear. */
export function parseKernelTrace(text: string, start: number, end: number, options: ParseOptions): ParsedSection {
  const builder = new TraceBuilder();
  /** The key of the last line: a tool may tell the packet only once. */
  let last = '';
  return readTraceLines(
    text,
    start,
    end,
    options,
    (from, to, problems) => {
      const line = text.slice(from, to);
      const trace = TRACE.exec(line);
      const told = PACKET.exec(line)?.[0];
      const packet = told === undefined ? null : readLoggedPacket(told);
      if (packet) last = packet.key;
      const event = trace
        ? numberEvent(trace, packet, { start: from, end: to })
        : packet && logEvent(line, packet, from, to);
      if (event) builder.add(last, null, event);
      else otherLine(text, from, to, problems);
    },
    () => builder.finish(),
  );
}

function numberEvent(
  [, table = '', chain = '', comment = '', number = '']: RegExpExecArray,
  packet: LoggedPacket | null,
  span: Span,
): TraceEvent {
  const place: TracePlace = { family: packet?.family ?? 'ip', table, chain };
  return {
    kind: 'number',
    place,
    comment: comment as 'rule' | 'policy' | 'return',
    number: Number(number),
    fields: packet?.fields ?? new Map(),
    span,
  };
}

function logEvent(line: string, { family, fields }: LoggedPacket, start: number, end: number): TraceEvent {
  const front = FRONT.exec(line)?.[0].length ?? 0;
  const stop = line.search(/IN=\S* OUT=/);
  return { kind: 'log', prefix: line.slice(front, Math.max(front, stop)), family, fields, span: { start, end } };
}
