/**
 * What a kernel told of real packets on their way through its rules: `nft monitor trace`, `xtables-monitor --trace`, and the TRACE lines of a kernel
 * log. A trace is one packet; its events stand in the order in which they were told.
 *
 * Such an output names tables, chains and rules as the kernel had them when it was made: trace-rules.ts finds them in a ruleset.
 *
 * Kernel: net/netfilter/nf_tables_trace.c (nft and iptables-nft) and trace_packet of net/ipv4/netfilter/ip_tables.c (legacy).
 */
import type { Span } from '../base/span.ts';
import type { Scalar, Verdict } from './expression.ts';
import type { Family } from './hook.ts';
import type { Statement } from './statement.ts';

export interface Trace {
  /**
   * The kernel's number of the packet, as it is printed: `c1528a03`. Null in a kernel log, which has none. Kernel: a packet that is sent and received
   * on one machine has two, one for each way; so has each fragment. Numbers are used again.
   */
  readonly id: string | null;
  readonly events: readonly TraceEvent[];
  /** From the start of its first line to the end of its last; lines of other packets may stand between. */
  readonly span: Span;
}

/** Where it happened. */
export interface TracePlace {
  /** `ip` or `ip6` for iptables' tables; the table's family for nft. */
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
}

export type TraceEvent = TracedPacket | TracedRule | TracedNumber | TracedEnd | TracedConnection | TracedLog;

/** What the packet was when it came to a base chain: its headers, as far as they are told. */
export interface TracedPacket {
  readonly kind: 'packet';
  /** xtables-monitor does not tell the chain: it is the one of the next event. */
  readonly place: TracePlace | null;
  readonly family: Family;
  readonly fields: PacketFields;
  readonly span: Span;
}

/** By the names of the field vocabulary: `ip saddr`, `tcp dport`, `meta iifname`, `meta mark`, `meta l4proto`. Addresses are numbers, as in Value. */
export type PacketFields = ReadonlyMap<string, Scalar>;

/** A rule that the packet matched. */
export interface TracedRule {
  readonly kind: 'rule';
  readonly place: TracePlace;
  /** As `nft -a` lists it; null where the output does not have it. */
  readonly handle: number | null;
  /** The rule as it is told, read: without a handle it is found by what it says. Null where no text is told. */
  readonly body: readonly Statement[] | null;
  /** null: told in no words that are known. */
  readonly verdict: Verdict | null;
  readonly span: Span;
}

/**
 * A line of a kernel log, `filter:INPUT:rule:3`: a number from 1. The verdict is not told.
 * Kernel (golden case l17-*): `policy:N` and `return:N` are also told for a rule number N that is nothing but ACCEPT, DROP or RETURN.
 */
export interface TracedNumber {
  readonly kind: 'number';
  readonly place: TracePlace;
  readonly comment: 'rule' | 'policy' | 'return';
  readonly number: number;
  /** The packet at that rule: a kernel log tells it each time. */
  readonly fields: PacketFields;
  readonly span: Span;
}

/** A base chain's policy was applied, or a chain's end was reached (verdict null: the packet goes back to where it jumped from). */
export interface TracedEnd {
  readonly kind: 'policy' | 'return';
  readonly place: TracePlace;
  readonly verdict: Verdict | null;
  /** The packet's mark then; null where it is not told, which nft does for 0. */
  readonly mark: number | null;
  readonly span: Span;
}

/** The connection that the packet belongs to: kernels from 6.18 on. */
export interface TracedConnection {
  readonly kind: 'connection';
  readonly place: TracePlace;
  /** `ct state`, `ct direction`, `ct id`, `ct status`. */
  readonly fields: PacketFields;
  readonly span: Span;
}

/** A line of a LOG rule between the TRACE lines of a kernel log. */
export interface TracedLog {
  readonly kind: 'log';
  readonly prefix: string;
  readonly family: Family;
  readonly fields: PacketFields;
  readonly span: Span;
}
